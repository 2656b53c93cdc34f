// The wall clock of an inverter: six bytes YY MM DD hh mm ss without a zone.

const CENTURY = 2000

/** `2024-04-08T17:09:01`, or null for a clock that was never set or shows no real date. */
export function clockText(bytes: Buffer): string | null {
  const [year, month, day, hour, minute, second] = [...bytes] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 || year > 99) return null
  const daysOfMonth = new Date(Date.UTC(CENTURY + year, month, 0)).getUTCDate()
  if (day > daysOfMonth) return null
  const two = (value: number) => String(value).padStart(2, '0')
  return `${CENTURY + year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
}
