// Splits a template into plain text and actions, as Go's text/template does: `{{-` and `-}}` take white space away, comments vanish.
import { TemplateFault } from './syntax.ts'

const OPEN = '{{'
const CLOSE = '}}'
const SPACE = /\s/
const QUOTES = new Set(['"', '`', "'"])

export type Part = { kind: 'text'; text: string } | { kind: 'action'; source: string; line: number }

export function splitTemplate(source: string): Part[] {
  const parts: Part[] = []
  let at = 0
  let trimsNext = false
  for (;;) {
    const open = source.indexOf(OPEN, at)
    const text = source.slice(at, open === -1 ? source.length : open)
    const trimmed = trimsNext ? text.trimStart() : text
    if (open === -1) return withText(parts, trimmed)
    const line = lineAt(source, open)
    const trimsBefore = source[open + 2] === '-' && SPACE.test(source[open + 3] ?? '')
    withText(parts, trimsBefore ? trimmed.trimEnd() : trimmed)
    const close = closeOf(source, open, line)
    const inside = source.slice(open + (trimsBefore ? 3 : 2), close)
    trimsNext = inside.endsWith('-') && SPACE.test(inside.at(-2) ?? '')
    const action = (trimsNext ? inside.slice(0, -1) : inside).trim()
    if (!isComment(action, line)) parts.push({ kind: 'action', source: action, line })
    at = close + CLOSE.length
  }
}

function withText(parts: Part[], text: string): Part[] {
  if (text !== '') parts.push({ kind: 'text', text })
  return parts
}

/** A `}}` within quotes or a comment does not close. */
function closeOf(source: string, open: number, line: number): number {
  const comment = /^\{\{-?\s*\/\*/.test(source.slice(open, open + 20))
  let at = open + OPEN.length
  if (comment) {
    const end = source.indexOf('*/', at)
    at = end === -1 ? source.length : end
  }
  for (; at < source.length; at++) {
    const character = source[at]!
    if (QUOTES.has(character)) at = endOfQuoted(source, at, line)
    else if (source.startsWith(CLOSE, at)) return at
  }
  throw new TemplateFault(comment ? 'unclosed comment' : 'unclosed action', line)
}

/** Index of the closing quote; only the raw quote knows no backslash. */
export function endOfQuoted(source: string, start: number, line: number): number {
  const quote = source[start]
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === quote) return at
    if (quote !== '`' && source[at] === '\\') at++
    else if (quote !== '`' && source[at] === '\n') break
  }
  throw new TemplateFault('unterminated quoted string', line)
}

function isComment(action: string, line: number): boolean {
  if (!action.startsWith('/*')) return false
  if (!action.endsWith('*/')) throw new TemplateFault('comment ends before closing delimiter', line)
  return true
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length
}
