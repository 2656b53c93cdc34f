// Words of one action: fields, variables, names, literals and signs, with the spaces that tell `.A .B` from `.A.B`.
import { endOfQuoted } from './split.ts'
import { TemplateFault } from './syntax.ts'

export type Token =
  | { kind: 'space' }
  | { kind: 'sign'; text: '|' | '(' | ')' | ':=' | '=' | ',' }
  | { kind: 'name'; text: string }
  /** `.Labels`, or `.` alone with an empty text. */
  | { kind: 'field'; text: string }
  | { kind: 'variable'; text: string }
  | { kind: 'literal'; value: string | number }

const SPACES = /\s+/y
const SIGN = /\||\(|\)|:=|=|,/y
const NUMBER = /[+-]?\d+(\.\d+)?(?![\w.])/y
const FIELD = /\.([A-Za-z_]\w*)?/y
const VARIABLE = /\$\w*/y
const NAME = /[A-Za-z_]\w*/y

export function tokensOf(source: string, line: number): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at
    const found = form.exec(source)
    if (found !== null) at = form.lastIndex
    return found
  }
  while (at < source.length) {
    const token = quoted(source, at, line)
    if (token !== null) {
      tokens.push({ kind: 'literal', value: token.value })
      at = token.end
    } else tokens.push(nextToken(take, source, () => at, line))
  }
  return tokens
}

function nextToken(
  take: (form: RegExp) => RegExpExecArray | null,
  source: string,
  at: () => number,
  line: number,
): Token {
  if (take(SPACES) !== null) return { kind: 'space' }
  const number = take(NUMBER)
  if (number !== null) return { kind: 'literal', value: Number(number[0]) }
  const sign = take(SIGN)
  if (sign !== null) return { kind: 'sign', text: sign[0] as '|' }
  const field = take(FIELD)
  if (field !== null) return { kind: 'field', text: field[1] ?? '' }
  const variable = take(VARIABLE)
  if (variable !== null) return { kind: 'variable', text: variable[0] }
  const name = take(NAME)
  if (name !== null) return { kind: 'name', text: name[0] }
  throw new TemplateFault(`unexpected ${JSON.stringify(source[at()])}`, line)
}

function quoted(source: string, at: number, line: number): { value: string; end: number } | null {
  const quote = source[at]
  if (quote === "'") throw new TemplateFault('character constants are not supported', line)
  if (quote !== '"' && quote !== '`') return null
  const end = endOfQuoted(source, at, line)
  const inside = source.slice(at + 1, end)
  if (quote === '`') return { value: inside, end: end + 1 }
  try {
    return { value: JSON.parse(`"${inside.replaceAll('\t', '\\t')}"`) as string, end: end + 1 }
  } catch {
    throw new TemplateFault(`the quoted string "${inside}" has an escape that is not supported`, line)
  }
}
