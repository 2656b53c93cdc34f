// Text that goes into statements: quoted so that no value can end its own quotes.

/** Column that carries the types of the others. */
export const TYPES_COLUMN = '__types'

export function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

export function backticked(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

/** The column of the n-th label; labels may be called like columns, so they have names of their own. */
export function groupColumn(index: number): string {
  return `g${index}`
}

export function resultColumn(index: number): string {
  return `r${index}`
}

/** Milliseconds as nanoseconds, which a number cannot hold. */
export function nanoseconds(ms: number): string {
  return `${Math.floor(ms)}000000`
}
