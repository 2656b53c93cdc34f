// Reads the expression of a formula: numbers, queries (`A`, `A.0`, `A.alias`), + - * / % **, parentheses and functions.

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'reference'; name: string }
  | { kind: 'negative'; of: Expression }
  | { kind: 'call'; name: string; of: Expression }
  | { kind: 'operation'; operator: Operator; left: Expression; right: Expression }

export type Operator = '+' | '-' | '*' | '/' | '%' | '**'
export type Scope = ReadonlyMap<string, number>

interface Cursor {
  tokens: readonly string[]
  at: number
}

const TOKEN = /\s+|[0-9]+(?:\.[0-9]+)?|[A-Za-z_]\w*(?:\.\w+)?|\*\*|[-+*/%()]/y
const LEVELS: readonly (readonly Operator[])[] = [
  ['+', '-'],
  ['*', '/', '%'],
]
const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  ln: Math.log,
  exp2: value => 2 ** value,
  log2: Math.log2,
  exp10: value => 10 ** Math.trunc(value),
  log10: Math.log10,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  degrees: value => (value * 180) / Math.PI,
  radians: value => (value * Math.PI) / 180,
}

/** A sentence when it cannot be read. */
export function readExpression(text: string): Expression | string {
  const tokens = tokenize(text)
  if (tokens === undefined) return `has a character that no formula has: ${text}`
  const cursor = { tokens, at: 0 }
  const read = readLevel(cursor, 0)
  if (typeof read === 'string') return read
  return cursor.at < tokens.length ? `has ${tokens[cursor.at]} at no place: ${text}` : read
}

/** As often as they are written. */
export function referencesOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'number':
      return []
    case 'reference':
      return [expression.name]
    case 'operation':
      return [...referencesOf(expression.left), ...referencesOf(expression.right)]
    default:
      return referencesOf(expression.of)
  }
}

export function evaluate(expression: Expression, values: Scope): number {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'reference':
      return values.get(expression.name) ?? Number.NaN
    case 'negative':
      return -evaluate(expression.of, values)
    case 'call':
      return FUNCTIONS[expression.name]!(evaluate(expression.of, values))
    case 'operation':
      return operate(
        expression.operator,
        evaluate(expression.left, values),
        evaluate(expression.right, values),
      )
  }
}

function operate(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '**':
      return left ** right
  }
}

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (match === null) return undefined
    if (match[0].trim() !== '') tokens.push(match[0])
  }
  return tokens
}

function readLevel(cursor: Cursor, level: number): Expression | string {
  const operators = LEVELS[level]
  if (operators === undefined) return readPower(cursor)
  let left = readLevel(cursor, level + 1)
  while (typeof left !== 'string' && operators.includes(cursor.tokens[cursor.at] as Operator)) {
    const operator = cursor.tokens[cursor.at] as Operator
    cursor.at += 1
    const right = readLevel(cursor, level + 1)
    if (typeof right === 'string') return right
    left = { kind: 'operation', operator, left, right }
  }
  return left
}

function readPower(cursor: Cursor): Expression | string {
  const left = readOne(cursor)
  if (typeof left === 'string' || cursor.tokens[cursor.at] !== '**') return left
  cursor.at += 1
  const right = readPower(cursor)
  return typeof right === 'string' ? right : { kind: 'operation', operator: '**', left, right }
}

function readOne(cursor: Cursor): Expression | string {
  const token = cursor.tokens[cursor.at]
  cursor.at += 1
  if (token === undefined) return 'ends where a value is expected'
  if (token === '-') {
    const of = readOne(cursor)
    return typeof of === 'string' ? of : { kind: 'negative', of }
  }
  if (token === '(') return closed(cursor, readLevel(cursor, 0))
  if (/^[0-9]/.test(token)) return { kind: 'number', value: Number(token) }
  if (!/^[A-Za-z_]/.test(token)) return `has ${token} where a value is expected`
  if (cursor.tokens[cursor.at] !== '(') return { kind: 'reference', name: token }
  if (!Object.hasOwn(FUNCTIONS, token)) return `calls ${token}; expected ${Object.keys(FUNCTIONS).join(', ')}`
  cursor.at += 1
  const of = closed(cursor, readLevel(cursor, 0))
  return typeof of === 'string' ? of : { kind: 'call', name: token, of }
}

function closed(cursor: Cursor, inner: Expression | string): Expression | string {
  if (typeof inner === 'string') return inner
  if (cursor.tokens[cursor.at] !== ')') return 'has parentheses that do not match'
  cursor.at += 1
  return inner
}
