// What the three kinds of output show: a terminal, a file, a program.
import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { createScreen, type Screen } from '../../src/local/screen.ts'

function captured(options: { json: boolean; tty: boolean }): { screen: Screen; shown: () => string } {
  const stream = new PassThrough().setEncoding('utf8')
  let text = ''
  stream.on('data', chunk => {
    text += chunk
  })
  const out = Object.assign(stream, { isTTY: options.tty, columns: 40 }) as unknown as NodeJS.WriteStream
  return { screen: createScreen({ json: options.json, out }), shown: () => text }
}

test('a terminal: the status line is redrawn in place, cut to the width, and notices stand above it', () => {
  const { screen, shown } = captured({ json: false, tty: true })
  screen.status('x'.repeat(100), {})
  screen.notice('The api died')
  screen.status('received 2', {})
  screen.endStatus()
  expect(shown()).toBe(
    `\r\u001b[2K${'x'.repeat(39)}\r\u001b[2K! The api died\n\r\u001b[2K${'x'.repeat(39)}\r\u001b[2Kreceived 2\n`,
  )
})

test('a file: plain lines, one status line in 10 s', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const { screen, shown } = captured({ json: false, tty: false })
  await screen.step(
    'API',
    async () => 3000,
    port => `API on ${port}`,
  )
  for (const at of [1_000, 2_000, 10_900, 11_000, 12_000]) {
    now.mockReturnValue(at)
    screen.status(`at ${at}`, {})
  }
  now.mockRestore()
  expect(shown()).toBe('▸ API …\n✓ API on 3000 (0.0 s)\nat 1000\nat 11000\n')
})

test('a program: one JSON object per line', async () => {
  const { screen, shown } = captured({ json: true, tty: true })
  await screen.step(
    'API',
    async () => 3000,
    port => `API on ${port}`,
  )
  screen.block('for people', { event: 'ready', api_url: 'http://127.0.0.1:3000' })
  screen.status('for people', { event: 'status', waiting: 0 })
  const events = shown()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(events.map(event => event.event)).toEqual(['step', 'ready', 'status'])
  expect(events[0]).toMatchObject({ title: 'API', outcome: 'API on 3000', seconds: expect.any(Number) })
})
