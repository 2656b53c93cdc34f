// The finder of imports itself: it must see every form and must not be fooled by comments, texts and templates.
import { expect, it } from 'vitest'
import { findImports, packageOf } from './imports.ts'

const found = (source: string) => findImports(source).map(({ specifier }) => specifier)

it.each([
  [`import a from 'm'`, ['m']],
  [`import type { A } from "m"`, ['m']],
  [`import {\n  a,\n  b as c,\n} from 'm'`, ['m']],
  [`import * as a from 'm'; import 'n'`, ['m', 'n']],
  [`export * from 'm'\nexport { a } from 'n'\nexport type * from 'o'`, ['m', 'n', 'o']],
  [`const a = await import('m')\ntype B = import('n').B`, ['m', 'n']],
  ['await import(`m`)', ['m']],
  [
    `createRequire(import.meta.url)\nrequire('m')\nrequire.resolve('n')\nimport.meta.resolve('o')`,
    ['m', 'n', 'o'],
  ],
])('finds them in %j', (source, specifiers) => {
  expect(found(source)).toEqual(specifiers)
})

it.each([
  [`// import 'm'\n/* from 'm' */`],
  [`const a = "import 'm'"`],
  [`const a = \`import('m') \${b} from 'm'\``],
  [`const a = /'/; const b = /[/'"]/g // from 'm'`],
  [`Array.from('m'); path.resolve('m'); a.require`],
  ['const a = b / c; const d = "x" / 2'],
  [`const a = \`?from=\${range.from}&to=\${range.to}\``],
])('finds none in %j', source => {
  expect(found(source)).toEqual([])
})

it('goes on after templates with holes, also nested ones, and knows the line', () => {
  const source = `const a = \`x \${b ? \`y \${{ c: '}' }.c}\` : ''} z\`\nconst d = { e: 1 }\nimport f from 'm'`
  expect(findImports(source)).toEqual([{ specifier: 'm', line: 3 }])
})

it.each([
  ['@deye-hard/store/embedded', '@deye-hard/store'],
  ['vitest/node', 'vitest'],
  ['pg', 'pg'],
])('%s belongs to %s', (specifier, name) => {
  expect(packageOf(specifier)).toBe(name)
})
