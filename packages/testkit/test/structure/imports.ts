// Every module that a source file names: import, export … from, dynamic import, require, import.meta.resolve.
import { type Token, tokenize } from './tokens.ts'

export interface Import {
  specifier: string
  line: number
}

export function findImports(source: string): Import[] {
  const tokens = tokenize(source)
  return tokens.flatMap((token, position) =>
    token.kind === 'text' && namesModule(tokens, position)
      ? [{ specifier: token.value, line: token.line }]
      : [],
  )
}

/** `@scope/name/path` and `name/path` to the name of the package. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** `from 'x'` and `import 'x'`; `import('x')`, `require('x')`, `require.resolve('x')`, `import.meta.resolve('x')`. */
function namesModule(tokens: readonly Token[], position: number): boolean {
  const [first, second, third] = [1, 2, 3].map(back => tokens[position - back])
  // A member such as `range.from` is a value; inside a template the text after it would look like a module.
  if (isWord(first, 'from') || isWord(first, 'import')) return second?.value !== '.'
  if (first?.value !== '(') return false
  if (isWord(second, 'import') || isWord(second, 'require')) return true
  return isWord(second, 'resolve') && third?.value === '.' && resolvesModules(tokens[position - 4])
}

function resolvesModules(object: Token | undefined): boolean {
  return isWord(object, 'meta') || isWord(object, 'require')
}

function isWord(token: Token | undefined, value: string): boolean {
  return token?.kind === 'word' && token.value === value
}
