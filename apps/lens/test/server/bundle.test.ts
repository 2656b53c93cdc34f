// The front end is built once, found again, and holds nothing that a strict policy would refuse.
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bundleWeb } from '../../src/server/bundle.ts'

/** Of the script and the style that a page waits for; charts come after. */
const FIRST_BYTES_MAX = 120_000

it('is built once for the same sources, also when two build at a time', async () => {
  const output = mkdtempSync(join(tmpdir(), 'lens-bundle-'))
  onTestFinished(() => rmSync(output, { recursive: true, force: true }))
  const [first, second] = await Promise.all([bundleWeb(output), bundleWeb(output)])
  const again = await bundleWeb(output)
  expect(readdirSync(output)).toHaveLength(1)
  expect([...second.keys()]).toEqual([...first.keys()])
  expect(again.get('index.html')?.bytes.equals(first.get('index.html')!.bytes)).toBe(true)

  const page = String(first.get('index.html')?.bytes)
  expect(page).not.toMatch(/<script(?![^>]*src=)|<style|style=|https?:/)
  const named = [...page.matchAll(/\/assets\/([\w.-]+)/g)].map(([, name]) => name!)
  expect(named.every(name => first.has(name))).toBe(true)
  const waited = named.filter(name => name.startsWith('main-')).map(name => first.get(name)!.bytes.length)
  expect(waited.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(FIRST_BYTES_MAX)
})

it('is built beside what is listed in the folder and gone at a second look, as the half of another process', async () => {
  const output = mkdtempSync(join(tmpdir(), 'lens-bundle-'))
  onTestFinished(() => rmSync(output, { recursive: true, force: true }))
  symlinkSync(join(output, 'nowhere'), join(output, 'gone'))
  expect((await bundleWeb(output)).has('index.html')).toBe(true)
})
