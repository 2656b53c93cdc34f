// Every command keeps the promises of the README: it is listed, has an example, takes --json.
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { buildProgram } from '../src/program.ts'
import { runOps } from './run-ops.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const leaves = leavesOf(buildProgram(), [])

test('README lists exactly the commands that exist', () => {
  const listed = [...readme.matchAll(/^\| `([a-z][a-z -]*)` +\|/gm)].map(match => match[1])
  expect(listed.sort()).toEqual(leaves.map(leaf => leaf.name).sort())
})

test('README lists exactly the options of npm start, with its variable', () => {
  const listed = [...readme.matchAll(/^\| `(--[a-z-]+)` +\| `([A-Z_]+)` +\|/gm)].map(match => [
    match[1],
    match[2],
  ])
  const local = leaves.find(leaf => leaf.name === 'local')!.command
  const existing = local.options.filter(option => option.envVar).map(option => [option.long, option.envVar])
  expect(listed).toHaveLength(existing.length)
  expect(listed).toEqual(expect.arrayContaining(existing))
})

test.each(leaves)('$name has an example in its help and takes --json', ({ name, command }) => {
  let help = ''
  command.configureOutput({ writeOut: text => (help += text) })
  command.outputHelp()
  expect(help).toMatch(/^Examples?:/m)
  expect(help).toMatch(new RegExp(`npm (run ops -- .*${name}|start)`))
  expect(command.options.map(option => option.long)).toContain('--json')
})

test('wrong usage ends with 2, one reason and the way to the help', async () => {
  const { code, stderr, stdout } = await runOps(['user', 'add', 'not-an-address'])
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain("'not-an-address' is invalid")
  expect(stderr).toContain('npm run ops -- user add --help')
})

test('an unknown command and an unknown option end with 2', async () => {
  expect((await runOps(['usr'])).code).toBe(2)
  expect((await runOps(['user', 'list', '--jsn'])).code).toBe(2)
})

test('help ends with 0 and tells the exit codes', async () => {
  const { code, stdout } = await runOps(['--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('69 database or service unavailable')
})

function leavesOf(command: Command, path: string[]): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: path.join(' '), command }]
  return command.commands.flatMap(child => leavesOf(child, [...path, child.name()]))
}
