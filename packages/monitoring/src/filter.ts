// Reads filter expressions of SigNoz far enough to find their keys, operators and values (signoz-contract.md 5.2).

export interface Comparison {
  key: string
  /** In capitals, NOT and blanks included: `=`, `NOT IN`, `EXISTS`. */
  operator: string
  /** Without quotes; `$variable` as it stands. */
  values: readonly string[]
}

export type FilterReading =
  | { outcome: 'read'; comparisons: Comparison[] }
  | { outcome: 'malformed'; message: string }

const TOKEN =
  /\s+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|<>|!=|<=|>=|[=<>]|[()[\],]|\$?[A-Za-z0-9_][A-Za-z0-9_.:/*$-]*|-?[0-9.]+/y
const BINARY = new Set(['=', '!=', '<>', '<', '<=', '>', '>=', 'LIKE', 'ILIKE', 'CONTAINS', 'REGEXP'])
const JOINTS = new Set(['AND', 'OR', 'NOT', '(', ')'])
const FUNCTIONS = new Set(['has', 'hasany', 'hasall', 'hastoken'])

export function readFilter(expression: string): FilterReading {
  const tokens = tokenize(expression)
  if (tokens === undefined) return { outcome: 'malformed', message: 'has a character that no filter has' }
  if (balance(tokens) !== 0) return { outcome: 'malformed', message: 'has parentheses that do not match' }
  const comparisons: Comparison[] = []
  let position = 0
  while (position < tokens.length) {
    const token = tokens[position]!
    if (JOINTS.has(token.toUpperCase())) {
      position += 1
      continue
    }
    const read = FUNCTIONS.has(token.toLowerCase())
      ? readCall(tokens, position)
      : (readComparison(tokens, position) ?? readSearch(tokens, position))
    if (read === undefined) {
      return { outcome: 'malformed', message: `${token} is followed by no operator` }
    }
    comparisons.push(read.comparison)
    position = read.next
  }
  return { outcome: 'read', comparisons }
}

/** `resource.service.name` and `service.name` are one key. */
export function bareKey(key: string): string {
  return key.replace(/^(resource|attribute|span|log|scope|metric)\./, '')
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

function balance(tokens: readonly string[]): number {
  return tokens.reduce((depth, token) => depth + (token === '(' ? 1 : token === ')' ? -1 : 0), 0)
}

interface Read {
  comparison: Comparison
  next: number
}

function readComparison(tokens: readonly string[], start: number): Read | undefined {
  const key = unquoted(tokens[start]!)
  const isNegated = tokens[start + 1]?.toUpperCase() === 'NOT'
  const at = start + (isNegated ? 2 : 1)
  const operator = tokens[at]?.toUpperCase()
  const name = `${isNegated ? 'NOT ' : ''}${operator}`
  if (operator === undefined) return undefined
  if (operator === 'EXISTS' || operator === 'EXIST') {
    return { comparison: { key, operator: name, values: [] }, next: at + 1 }
  }
  if (operator === 'IN') return readList(tokens, at + 1, key, name)
  if (operator === 'BETWEEN') {
    const values = [tokens[at + 1], tokens[at + 3]].filter(value => value !== undefined).map(unquoted)
    return { comparison: { key, operator: name, values }, next: at + 4 }
  }
  const value = tokens[at + 1]
  if (!BINARY.has(operator) || value === undefined || JOINTS.has(value.toUpperCase())) return undefined
  return { comparison: { key, operator: name, values: [unquoted(value)] }, next: at + 2 }
}

/** A bare text in quotes is looked for in the body of log records. */
function readSearch(tokens: readonly string[], start: number): Read | undefined {
  const next = tokens[start + 1]
  if (!/^['"]/.test(tokens[start]!) || (next !== undefined && !JOINTS.has(next.toUpperCase())))
    return undefined
  return {
    comparison: { key: 'body', operator: 'CONTAINS', values: [unquoted(tokens[start]!)] },
    next: start + 1,
  }
}

function readList(tokens: readonly string[], start: number, key: string, operator: string): Read | undefined {
  const opening = tokens[start]
  if (opening?.startsWith('$')) {
    return { comparison: { key, operator, values: [opening] }, next: start + 1 }
  }
  if (opening !== '(' && opening !== '[') return undefined
  const end = tokens.indexOf(opening === '(' ? ')' : ']', start)
  if (end < 0) return undefined
  const values = tokens
    .slice(start + 1, end)
    .filter(token => token !== ',')
    .map(unquoted)
  return { comparison: { key, operator, values }, next: end + 1 }
}

function readCall(tokens: readonly string[], start: number): Read | undefined {
  const end = tokens.indexOf(')', start)
  const [key, ...values] = tokens.slice(start + 2, end).filter(token => token !== ',')
  if (tokens[start + 1] !== '(' || end < 0 || key === undefined) return undefined
  return {
    comparison: { key: unquoted(key), operator: tokens[start]!, values: values.map(unquoted) },
    next: end + 1,
  }
}

function unquoted(token: string): string {
  const quote = token[0]
  return quote === "'" || quote === '"' ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token
}
