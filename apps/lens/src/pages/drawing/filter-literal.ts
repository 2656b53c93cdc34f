// Values inside a filter expression, written so that the grammar of packages/monitoring, which is SigNoz's, reads back what was meant.

/** These need no quotes: numbers are compared as numbers. */
const NUMBER = /^-?\d+(?:\.\d+)?$/
const TEXT_OPENS = "'"
const EXPRESSION_OPENS = '"expression":"'

/** For a place between quotes. */
export function escapedText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
}

/** With its quotes, unless it is a number or a truth. */
export function filterLiteral(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${escapedText(value)}'` : String(value)
}

/** A value for a place in the address of a link: `before` is the address up to that place. */
export function placedInFilter(value: string, before: string): string {
  const opened = before.lastIndexOf(EXPRESSION_OPENS)
  if (opened < 0) return value
  const expression = before.slice(opened + EXPRESSION_OPENS.length)
  // The expression has ended before the place.
  if (/(?<!\\)"/.test(expression)) return value
  if (expression.split(TEXT_OPENS).length % 2 === 0) return escapedText(value)
  return NUMBER.test(value) ? value : filterLiteral(value)
}
