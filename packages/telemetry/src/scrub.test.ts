// Free text without personal data and secrets, and what must stay readable.
import { describe, expect, it } from 'vitest'
import { scrub, scrubStack } from './scrub.ts'

describe('scrub', () => {
  it.each([
    ['no user admin+x@mail.example.com here', 'no user [redacted] here'],
    ['token eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl is old', 'token [redacted] is old'],
    ['header Bearer abc.def-123', 'header [redacted]'],
    ['dial postgres://user:hunter2@db:5432/solar', 'dial postgres://[redacted]db:5432/solar'],
    ['station 34:ea:e7:12:ab:CD lost', 'station [redacted] lost'],
  ])('%s', (text, clean) => {
    expect(scrub(text)).toBe(clean)
  })

  it.each([
    'connect ECONNREFUSED 127.0.0.1:3000',
    'address 2001:db8:85a3:8d3:1319:8a2e:370:7348',
    'at 2026-11-25T13:31:00.721Z',
    '@opentelemetry/api@1.10.0',
    'relation "measurements" does not exist',
  ])('leaves %s as it is', text => {
    expect(scrub(text)).toBe(text)
  })
})

it('a stack keeps its lines, its head is scrubbed', () => {
  const frames = '\n    at open (/app/node_modules/.pnpm/a@b.example/index.js:1:2)'
  expect(scrubStack(`Error: no user admin@example.com${frames}`)).toBe(`Error: no user [redacted]${frames}`)
  expect(scrubStack('admin@example.com')).toBe('[redacted]')
})
