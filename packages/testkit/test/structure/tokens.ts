// A light tokenizer for TypeScript, since TypeScript 7 has no compiler API in JavaScript: words, texts and signs, no comments.

export interface Token {
  kind: 'word' | 'text' | 'sign'
  /** Of a text: what stands between the quotes. */
  value: string
  /** From 1. */
  line: number
}

/** After these a slash begins a regular expression, after other words it divides. */
const BEFORE_EXPRESSION = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'await',
  'yield',
  'void',
  'delete',
  'else',
])
/** One alternative for each thing that can stand at a place, in the order in which they are tried. */
const PIECES =
  /(?<space>\s+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?<word>[\p{L}_$#@][\p{L}\p{N}_$]*|\d[\w.]*)|(?<sign>.)/uy
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y

export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  /** For each template that is open: how many braces are open inside its current `${`. */
  const templates: number[] = []
  let line = 1
  let position = 0
  const take = (length: number) => {
    line += source.slice(position, position + length).split('\n').length - 1
    position += length
  }
  while (position < source.length) {
    const character = source[position]!
    const closesHole = character === '}' && templates.at(-1) === 0
    if (character === '`' || closesHole) {
      if (closesHole) templates.pop()
      const end = templateEnd(source, position + 1)
      tokens.push({ kind: 'text', value: source.slice(position + 1, end.position), line })
      take(end.position - position + (end.opensHole ? 2 : 1))
      if (end.opensHole) templates.push(0)
      continue
    }
    const expression =
      character === '/' && beginsExpression(tokens.at(-1))
        ? matchAt(REGULAR_EXPRESSION, source, position)
        : null
    const isComment = source[position + 1] === '/' || source[position + 1] === '*'
    if (expression !== null && !isComment) {
      take(expression[0].length)
      continue
    }
    const piece = matchAt(PIECES, source, position)!
    const { text, word, sign } = piece.groups!
    if (text !== undefined) tokens.push({ kind: 'text', value: text.slice(1, -1), line })
    if (word !== undefined) tokens.push({ kind: 'word', value: word, line })
    if (sign !== undefined) {
      tokens.push({ kind: 'sign', value: sign, line })
      countBrace(templates, sign)
    }
    take(piece[0].length)
  }
  return tokens
}

/** Where the text of a template ends, at its closing quote or at `${`. */
function templateEnd(source: string, from: number): { position: number; opensHole: boolean } {
  for (let position = from; position < source.length; position += 1) {
    if (source[position] === '\\') position += 1
    else if (source[position] === '`') return { position, opensHole: false }
    else if (source.startsWith('${', position)) return { position, opensHole: true }
  }
  return { position: source.length, opensHole: false }
}

function countBrace(templates: number[], sign: string): void {
  if (templates.length === 0) return
  if (sign === '{') templates[templates.length - 1]! += 1
  if (sign === '}') templates[templates.length - 1]! -= 1
}

function beginsExpression(last: Token | undefined): boolean {
  if (last === undefined) return true
  if (last.kind === 'text') return false
  if (last.kind === 'word') return BEFORE_EXPRESSION.has(last.value)
  return ![')', ']', '}'].includes(last.value)
}

function matchAt(pattern: RegExp, source: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position
  return pattern.exec(source)
}
