// Free text without personal data and secrets, and what must stay readable.
import { describe, expect, it } from 'vitest'
import { scrub, scrubStack } from './scrub.ts'

describe('scrub', () => {
  it.each([
    ['no user admin+x@mail.example.com here', 'no user [redacted] here'],
    ['token eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl is old', 'token [redacted] is old'],
    ['header Bearer abc.def-123', 'header [redacted]'],
    ['dial postgres://user:hunter2@db:5432/solar', 'dial postgres://[redacted]db:5432/solar'],
    ['dial postgres://user:hunt@er2@db:5432/solar', 'dial postgres://[redacted]db:5432/solar'],
    ['Authorization: Token abc def\r\nHost: api', 'Authorization: [redacted]\r\nHost: api'],
    ['{"authorization":"Custom k1","a":1}', '{"authorization":"[redacted]","a":1}'],
    ['{"client_secret": "s3cret","a":1}', '{"client_secret": "[redacted]","a":1}'],
    [
      'GET /x?access_token=abc&b=1 password=hunter2',
      'GET /x?access_token=[redacted]&b=1 password=[redacted]',
    ],
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
    'at https://api.example.org/users/@me',
    '/password must have at least 12 characters',
    'password authentication failed for user "solar_api"',
  ])('leaves %s as it is', text => {
    expect(scrub(text)).toBe(text)
  })
})

it('text eight times as long takes some eight times as long, not the square of it', () => {
  const fastest = (length: number) => {
    const text = 'a'.repeat(length)
    const runs = Array.from({ length: 3 }, () => {
      const startMs = performance.now()
      scrub(text)
      return performance.now() - startMs
    })
    return Math.min(...runs)
  }
  fastest(5_000)
  expect(fastest(40_000) / fastest(5_000)).toBeLessThan(30)
})

it('a stack keeps its lines, its head is scrubbed', () => {
  const frames = '\n    at open (/app/node_modules/.pnpm/a@b.example/index.js:1:2)'
  expect(scrubStack(`Error: no user admin@example.com${frames}`)).toBe(`Error: no user [redacted]${frames}`)
  expect(scrubStack('admin@example.com')).toBe('[redacted]')
})
