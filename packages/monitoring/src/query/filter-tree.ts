// Reads a filter expression into a tree: the grammar of ../filter.ts with its joints, NOT before AND before OR, AND where nothing stands.

/** `word` is text without quotes: a variable, or a value that somebody did not quote. */
export interface Literal {
  kind: 'string' | 'number' | 'bool' | 'word'
  text: string
}

export type Comparator =
  | '='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'CONTAINS'
  | 'REGEXP'
  | 'IN'
  | 'BETWEEN'
  | 'EXISTS'

export type FilterTree =
  | { kind: 'and' | 'or'; parts: readonly FilterTree[] }
  | { kind: 'not'; part: FilterTree }
  | { kind: 'comparison'; key: string; operator: Comparator; isNegated: boolean; values: readonly Literal[] }
  /** Text in quotes that stands alone. */
  | { kind: 'search'; text: string }
  | { kind: 'call'; name: string; key: string; values: readonly Literal[] }

export type FilterReading = { outcome: 'read'; tree: FilterTree } | { outcome: 'malformed'; message: string }

interface Cursor {
  tokens: readonly string[]
  at: number
}

const TOKEN =
  /\s+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|==|<>|!=|<=|>=|[=<>]|[()[\],]|[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])|[$A-Za-z0-9_@{#][A-Za-z0-9_.:/*$@{}#-]*/y
const UNEQUAL = new Set(['!=', '<>'])
const SYMBOLS: Readonly<Record<string, Comparator>> = {
  '=': '=',
  '==': '=',
  '!=': '=',
  '<>': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  LIKE: 'LIKE',
  ILIKE: 'ILIKE',
  CONTAINS: 'CONTAINS',
  CONTAIN: 'CONTAINS',
  REGEXP: 'REGEXP',
}
const WORDS = new Set([
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'EXISTS',
  'EXIST',
  'LIKE',
  'ILIKE',
  'CONTAINS',
  'CONTAIN',
  'REGEXP',
])
const CALLS = new Set(['has', 'hasany', 'hasall', 'hastoken', 'search'])
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

/** A sentence with the place where it went wrong, when the grammar does not know the expression. */
export function readFilterTree(expression: string): FilterReading {
  const tokens = tokenize(expression)
  if (tokens === undefined) return { outcome: 'malformed', message: 'has a character that no filter has' }
  const cursor: Cursor = { tokens, at: 0 }
  const tree = readOr(cursor)
  if (typeof tree === 'string') return { outcome: 'malformed', message: tree }
  if (cursor.at < tokens.length)
    return { outcome: 'malformed', message: `has ${tokens[cursor.at]} at no place` }
  return { outcome: 'read', tree }
}

function tokenize(expression: string): string[] | undefined {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < expression.length) {
    const match = TOKEN.exec(expression)
    if (match === null) return undefined
    if (match[0].trim() !== '') tokens.push(match[0])
  }
  return tokens
}

function readOr(cursor: Cursor): FilterTree | string {
  return readJoined(cursor, 'or', readAnd, () => takeWord(cursor, 'OR'))
}

function readAnd(cursor: Cursor): FilterTree | string {
  const goesOn = () => {
    if (takeWord(cursor, 'AND')) return true
    const next = cursor.tokens[cursor.at]
    return next !== undefined && next !== ')' && next.toUpperCase() !== 'OR'
  }
  return readJoined(cursor, 'and', readUnary, goesOn)
}

function readJoined(
  cursor: Cursor,
  kind: 'and' | 'or',
  readPart: (cursor: Cursor) => FilterTree | string,
  goesOn: () => boolean,
): FilterTree | string {
  const parts: FilterTree[] = []
  do {
    const part = readPart(cursor)
    if (typeof part === 'string') return part
    parts.push(part)
  } while (goesOn())
  return parts.length === 1 ? parts[0]! : { kind, parts }
}

function readUnary(cursor: Cursor): FilterTree | string {
  const isNegated = takeWord(cursor, 'NOT')
  const part = readPrimary(cursor)
  return typeof part === 'string' || !isNegated ? part : { kind: 'not', part }
}

function readPrimary(cursor: Cursor): FilterTree | string {
  const token = cursor.tokens[cursor.at]
  if (token === undefined) return 'ends where a condition is expected'
  if (token === '(') {
    cursor.at += 1
    const inner = readOr(cursor)
    if (typeof inner === 'string') return inner
    return take(cursor, ')') ? inner : 'has parentheses that do not match'
  }
  if (CALLS.has(token.toLowerCase()) && cursor.tokens[cursor.at + 1] === '(') return readCall(cursor)
  if (/^['"]/.test(token) && !isOperatorNext(cursor)) {
    cursor.at += 1
    return { kind: 'search', text: unquoted(token) }
  }
  return readComparison(cursor)
}

function readComparison(cursor: Cursor): FilterTree | string {
  const key = cursor.tokens[cursor.at]!
  if (!/^[\w$'"@{#]/.test(key) || WORDS.has(key.toUpperCase())) return `has ${key} where a key is expected`
  cursor.at += 1
  const isNot = takeWord(cursor, 'NOT')
  const word = cursor.tokens[cursor.at]?.toUpperCase()
  if (word === undefined) return `${key} is followed by no operator`
  cursor.at += 1
  const operator = SYMBOLS[word]
  const isNegated = isNot || UNEQUAL.has(word)
  const made = (is: Comparator, values: readonly Literal[] | string): FilterTree | string =>
    typeof values === 'string'
      ? values
      : { kind: 'comparison', key: unquoted(key), operator: is, isNegated, values }
  if (word === 'EXISTS' || word === 'EXIST') return made('EXISTS', [])
  if (word === 'IN') return made('IN', readList(cursor))
  if (word === 'BETWEEN') return made('BETWEEN', readBounds(cursor))
  if (operator === undefined || (isNot && /\W/.test(word))) return `${key} is followed by no operator`
  const value = readLiteral(cursor)
  return made(operator, typeof value === 'string' ? value : [value])
}

function readBounds(cursor: Cursor): readonly Literal[] | string {
  const low = readLiteral(cursor)
  if (typeof low === 'string') return low
  if (!takeWord(cursor, 'AND')) return 'has BETWEEN without AND'
  const high = readLiteral(cursor)
  return typeof high === 'string' ? high : [low, high]
}

function readList(cursor: Cursor): readonly Literal[] | string {
  const closing = take(cursor, '(') ? ')' : take(cursor, '[') ? ']' : undefined
  if (closing === undefined) {
    const value = readLiteral(cursor)
    return typeof value === 'string' ? value : [value]
  }
  const values: Literal[] = []
  do {
    const value = readLiteral(cursor)
    if (typeof value === 'string') return value
    values.push(value)
  } while (take(cursor, ','))
  return take(cursor, closing) ? values : 'has a list that does not end'
}

function readCall(cursor: Cursor): FilterTree | string {
  const name = cursor.tokens[cursor.at]!
  cursor.at += 1
  const parameters = readList(cursor)
  if (typeof parameters === 'string') return parameters
  const [key, ...values] = parameters
  return { kind: 'call', name, key: key!.text, values }
}

function readLiteral(cursor: Cursor): Literal | string {
  const token = cursor.tokens[cursor.at]
  if (token === undefined || WORDS.has(token.toUpperCase()) || /^[()[\],=<>!]/.test(token)) {
    return `has ${token ?? 'its end'} where a value is expected`
  }
  cursor.at += 1
  if (/^['"]/.test(token)) return { kind: 'string', text: unquoted(token) }
  if (NUMBER.test(token)) return { kind: 'number', text: token }
  if (/^(true|false)$/i.test(token)) return { kind: 'bool', text: token.toLowerCase() }
  return { kind: 'word', text: token }
}

function isOperatorNext({ tokens, at }: Cursor): boolean {
  const next = tokens[at + 1]?.toUpperCase()
  if (next === undefined || next === 'AND' || next === 'OR') return false
  if (next === 'NOT') return WORDS.has(tokens[at + 2]?.toUpperCase() ?? '')
  return next in SYMBOLS || WORDS.has(next)
}

function take(cursor: Cursor, token: string): boolean {
  if (cursor.tokens[cursor.at] !== token) return false
  cursor.at += 1
  return true
}

function takeWord(cursor: Cursor, word: string): boolean {
  if (cursor.tokens[cursor.at]?.toUpperCase() !== word) return false
  cursor.at += 1
  return true
}

function unquoted(token: string): string {
  return /^['"]/.test(token) ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token
}
