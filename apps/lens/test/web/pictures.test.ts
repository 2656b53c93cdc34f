// The pictures of docs/lens.md: small, each of them shown, and one for every page of the navigation.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const DOCS = resolve(import.meta.dirname, '../../../../docs')
const ONE_MAX_BYTES = 40_000
const ALL_MAX_BYTES = 1_200_000

const page = readFileSync(join(DOCS, 'lens.md'), 'utf8')
const pictures = readdirSync(join(DOCS, 'pictures')).filter(name => name.startsWith('lens-'))

it('are small', () => {
  const sizes = pictures.map(name => statSync(join(DOCS, 'pictures', name)).size)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(ONE_MAX_BYTES)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(ALL_MAX_BYTES)
})

it('are shown, all of them and no other', () => {
  const shown = [...page.matchAll(/\(pictures\/(lens-[^)]+)\)/g)].map(([, name]) => name)
  expect(shown.sort()).toEqual(pictures.sort())
})

it('are of every page, light, dark and on a phone', () => {
  const app = readFileSync(new URL('../../web/shell/app.tsx', import.meta.url), 'utf8')
  const places = [...app.matchAll(/case '(\w+)':/g)].map(([, name]) =>
    name === 'dashboards' ? 'home' : name,
  )
  expect(places.length).toBeGreaterThan(5)
  for (const place of places)
    for (const look of ['light', 'dark', 'phone']) expect(pictures).toContain(`lens-${place}-${look}.jpg`)
})
