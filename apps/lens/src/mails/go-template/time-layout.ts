// Go's layouts of time, where "Mon 2 Jan 2006 15:04" says the form by an example; in UTC, the parts that mails use.
import { ExecutionFault } from './syntax.ts'

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const SHORT = 3

const PARTS: Readonly<Record<string, (time: Date) => string>> = {
  Monday: time => DAYS[time.getUTCDay()]!,
  Mon: time => DAYS[time.getUTCDay()]!.slice(0, SHORT),
  January: time => MONTHS[time.getUTCMonth()]!,
  Jan: time => MONTHS[time.getUTCMonth()]!.slice(0, SHORT),
  '2006': time => String(time.getUTCFullYear()).padStart(4, '0'),
  '15': time => padded(time.getUTCHours()),
  '01': time => padded(time.getUTCMonth() + 1),
  '02': time => padded(time.getUTCDate()),
  '03': time => padded(time.getUTCHours() % 12 || 12),
  '04': time => padded(time.getUTCMinutes()),
  '05': time => padded(time.getUTCSeconds()),
  '06': time => padded(time.getUTCFullYear() % 100),
  PM: time => (time.getUTCHours() < 12 ? 'AM' : 'PM'),
  pm: time => (time.getUTCHours() < 12 ? 'am' : 'pm'),
  '1': time => String(time.getUTCMonth() + 1),
  '2': time => String(time.getUTCDate()),
  '3': time => String(time.getUTCHours() % 12 || 12),
  '4': time => String(time.getUTCMinutes()),
  '5': time => String(time.getUTCSeconds()),
}
/** Parts of Go's layouts that are not written here; they must not pass as plain text. */
const REFUSED = String.raw`MST|-07|Z07|_2|002|[.,](?:0+|9+)(?!\d)`
const LONGEST_FIRST = Object.keys(PARTS).sort((a, b) => b.length - a.length)
const FORM = new RegExp(`${REFUSED}|${LONGEST_FIRST.join('|')}`, 'g')

/** Throws on a part of a layout that is not supported. */
export function formatTime(ms: number, layout: string): string {
  const time = new Date(ms)
  return layout.replace(FORM, part => {
    const format = PARTS[part]
    if (format === undefined) throw new ExecutionFault(`the time layout ${part} is not supported`)
    return format(time)
  })
}

function padded(value: number): string {
  return String(value).padStart(2, '0')
}
