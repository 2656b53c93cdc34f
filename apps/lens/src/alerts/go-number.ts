// Numbers as Go writes them: shortest digits that read back as the same number, with Go's limits for exponents.

/** Below the first and from the second on Go's `%v` writes an exponent. */
const SMALL = 1e-4
const LARGE = 1e6

/** `fmt.Sprintf("%v", value)`. */
export function goNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const size = Math.abs(value)
  if (value !== 0 && (size < SMALL || size >= LARGE)) return withExponent(value)
  return String(value)
}

/** `strconv.FormatFloat(value, 'f', -1, 64)` of a finite number. */
export function goDecimal(value: number): string {
  const text = String(value)
  const [digits, exponent] = text.split('e')
  if (exponent === undefined) return text
  const sign = digits!.startsWith('-') ? '-' : ''
  const [whole, fraction = ''] = digits!.replace('-', '').split('.')
  const shift = Number(exponent)
  return shift > 0
    ? `${sign}${whole}${fraction.padEnd(shift, '0')}`
    : `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
}

/** Two digits at least: `1e-05`. */
function withExponent(value: number): string {
  const [digits, exponent] = value.toExponential().split('e')
  const sign = exponent!.startsWith('-') ? '-' : '+'
  return `${digits}e${sign}${exponent!.slice(1).padStart(2, '0')}`
}
