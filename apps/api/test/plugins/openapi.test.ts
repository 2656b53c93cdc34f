// The OpenAPI document is valid 3.1, names every route and no other, and its page needs nothing from outside.
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { openHarness } from '../harness.ts'

interface Operation {
  summary?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  responses: Record<string, { description: string; content?: Record<string, unknown> }>
}

const harness = await openHarness()
const app = await harness.buildApp()
const document = (await app.inject('/api/openapi.json')).json()

test('is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate(structuredClone(document))
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('names every route and no other', () => {
  const documented = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item as object).map(method => `${method.toUpperCase()} ${path}`),
  )
  // The page of documentation does not document itself.
  const registered = app.routeTable
    .filter(({ url }) => !url.startsWith('/api/docs'))
    .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
  expect(documented.sort()).toEqual(registered.sort())
})

describe.each(operations())('%s', (_name, operation) => {
  test('has summary, tag, security, a good answer and problems', () => {
    expect(operation.summary).toBeTruthy()
    expect(operation.tags).toHaveLength(1)
    expect(operation.security).toBeDefined()
    const statuses = Object.keys(operation.responses)
    expect(statuses.some(status => status.startsWith('2'))).toBe(true)
    expect(statuses).toEqual(expect.arrayContaining(['429', '500', '503']))
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description, status).toBeTruthy()
      if (response.content?.['application/problem+json'] !== undefined) {
        expect(response.content['application/problem+json']).toEqual({
          schema: { $ref: '#/components/schemas/Problem' },
        })
      }
    }
    if ((operation.security ?? []).length > 0) expect(statuses).toContain('401')
  })
})

test('the page and what it loads come from here, under a strict policy', async () => {
  const page = await app.inject('/api/docs')
  expect(page.statusCode).toBe(200)
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|unsafe-/)
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!)
  expect(loaded.length).toBeGreaterThan(4)
  for (const url of loaded) {
    expect(url.startsWith('/api/docs/')).toBe(true)
    expect((await app.inject(url)).statusCode, url).toBe(200)
  }
  expect(page.body).not.toMatch(/<script>(?!\s*<)/)
  const initializer = await app.inject('/api/docs/static/swagger-initializer.js')
  expect(initializer.body).toContain('/api/openapi.json')
})

test('answers carry the headers that make browsers careful, and nothing about the server', async () => {
  const answer = await app.inject('/health/live')
  expect(answer.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
    expect(answer.headers[name]).toBeUndefined()
})

test('one origin may call when it is named, no other', async () => {
  const open = await harness.buildApp({ API_CORS_ORIGIN: 'https://panel.example.org' })
  const ask = (origin: string) => open.inject({ url: '/health/live', headers: { origin } })
  expect((await ask('https://panel.example.org')).headers['access-control-allow-origin']).toBe(
    'https://panel.example.org',
  )
  expect((await ask('https://evil.example.org')).headers['access-control-allow-origin']).toBeUndefined()
  const preflight = await open.inject({
    method: 'OPTIONS',
    url: '/api/me',
    headers: { origin: 'https://panel.example.org', 'access-control-request-method': 'GET' },
  })
  expect(preflight.statusCode).toBe(204)
  expect(preflight.headers['access-control-allow-headers']).toContain('authorization')
})

function operations(): [string, Operation][] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  )
}
