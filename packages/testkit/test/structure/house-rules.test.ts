// Rules of the house that a formatter does not know: size and opening of files, names, no forgotten .only.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Token, tokenize } from './tokens.ts'
import { readPackages, shown } from './workspace.ts'

const MAX_FILE_LINES = 300
/** Names that say nothing; as a whole or as a part (`spool-utils.ts`). */
const EMPTY_NAMES = /^(utils?|helpers?|common|misc|managers?)$/i
const TEST_WORDS = new Set(['it', 'test', 'describe', 'suite', 'bench'])

const files = readPackages().flatMap(part =>
  part.files.map(path => ({ path, source: readFileSync(path, 'utf8') })),
)

/** Lists the files that break a rule, so that one failure shows them all. */
function offenders(rule: (file: { path: string; source: string }) => string[]): string {
  return files.flatMap(file => rule(file).map(fault => `${shown(file.path)}${fault}`)).join('\n')
}

it(`no file is longer than ${MAX_FILE_LINES} lines`, () => {
  const length = ({ source }: { source: string }) => source.trimEnd().split('\n').length
  expect(offenders(file => (length(file) > MAX_FILE_LINES ? [`: ${length(file)} lines`] : []))).toBe('')
})

it('every file opens with a comment that says what it is for', () => {
  const opening = (source: string) => source.replace(/^#!.*\n/, '').trimStart()
  expect(offenders(({ source }) => (/^(\/\/|\/\*)\s*\S/.test(opening(source)) ? [] : ['']))).toBe('')
})

it('no file or folder has an empty name', () => {
  const words = (path: string) => shown(path).split(/[/.-]/)
  expect(offenders(({ path }) => (words(path).some(word => EMPTY_NAMES.test(word)) ? [''] : []))).toBe('')
})

it('no test is the only one, and a skipped one has its reason in a condition or in the comment above it', () => {
  const faults = ({ source }: { source: string }) => {
    const lines = source.split('\n')
    return modifiers(tokenize(source)).flatMap(({ name, line }) => {
      const reasoned = name !== 'only' && /^\s*(\/\/|\*|\/\*)/.test(lines[line - 2] ?? '')
      return reasoned ? [] : [`:${line}: .${name}`]
    })
  }
  expect(offenders(faults)).toBe('')
})

it('nothing is an enum: type stripping cannot run it', () => {
  const enums = (tokens: Token[]) =>
    tokens.filter(
      (token, position) =>
        token.kind === 'word' && token.value === 'enum' && tokens[position + 2]?.value === '{',
    )
  expect(offenders(({ source }) => enums(tokenize(source)).map(({ line }) => `:${line}`))).toBe('')
})

/** `it.only`, `describe.skip`, `test.todo`, and a `skipIf` whose condition is a plain word such as true. */
function modifiers(tokens: readonly Token[]): { name: string; line: number }[] {
  return tokens.flatMap((token, position) => {
    const object = tokens[position - 2]
    const isOfTest =
      tokens[position - 1]?.value === '.' && object !== undefined && TEST_WORDS.has(object.value)
    const isSwitchedOff = token.value === 'skipIf' && tokens[position + 2]?.value === 'true'
    const isModifier = ['only', 'skip', 'todo'].includes(token.value) || isSwitchedOff
    return token.kind === 'word' && isModifier && isOfTest ? [{ name: token.value, line: token.line }] : []
  })
}
