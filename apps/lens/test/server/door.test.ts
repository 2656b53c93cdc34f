// Who may ask the server of the pages, and what it says to the browser about them.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE_LIMITS } from '../../src/pages/bounds.ts'
import { type LensForTests, lensForTests, NO_FRONT_END } from './lens-for-tests.ts'

let lens: LensForTests
beforeAll(async () => {
  lens = await lensForTests(NO_FRONT_END)
})
afterAll(() => lens?.stop())

const get = (path: string, headers: Record<string, string> = {}) => fetch(lens.server.url + path, { headers })
const post = (path: string, body: unknown) =>
  fetch(lens.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const search = (filter: string) => ({ startMs: 0, endMs: lens.nowMs, filter, limit: 50, offset: 0 })

describe('the door', () => {
  it('is on the loopback address only', async () => {
    const outside = await new Promise<string>(resolve => {
      const socket = connect({ host: '127.0.0.2', port: lens.server.port })
      socket.once('connect', () => resolve('open')).once('error', () => resolve('closed'))
    })
    expect(outside).toBe('closed')
  })

  it('refuses other hosts and other sites, and counts them', async () => {
    const before = lens.server.counters.refused
    const rebound = await new Promise<string>((resolve, reject) => {
      const socket = connect(lens.server.port, '127.0.0.1')
      socket.once('data', chunk => resolve(String(chunk).split('\r\n')[0] ?? '')).once('error', reject)
      socket.end('GET /api/fleet HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')
    })
    expect(rebound).toContain('403')
    expect((await get('/api/fleet', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(lens.server.counters.refused).toBe(before + 2)
  })

  it('has a policy without inline scripts on every answer', async () => {
    for (const path of ['/', '/api/dashboards', '/nothing/here']) {
      const policy = (await get(path)).headers.get('content-security-policy') ?? ''
      expect(policy).toContain("script-src 'self'")
      expect(policy).not.toContain('unsafe')
    }
  })

  it('gives the front end for pages, also by the addresses of SigNoz, and nothing else', async () => {
    for (const path of ['/', '/dashboards/home', '/logs/logs-explorer?x=1', '/trace/abc'])
      expect((await get(path)).headers.get('content-type')).toContain('text/html')
    expect((await get('/assets/main-1.js')).headers.get('cache-control')).toContain('immutable')
    expect((await get('/assets/..%2f..%2fpackage.json')).status).toBe(404)
    expect((await get('/other')).status).toBe(404)
  })

  it('refuses bodies that are no request of ours', async () => {
    const before = lens.server.counters.invalid
    expect((await post('/api/logs', { ...search(''), limit: 0 })).status).toBe(400)
    expect((await post('/api/logs', { ...search(''), more: 1 })).status).toBe(400)
    expect((await post('/api/query', { dashboard: 'home' })).status).toBe(400)
    expect((await post('/api/logs', search('x'.repeat(PAGE_LIMITS.bodyBytes)))).status).toBe(413)
    expect(lens.server.counters.invalid).toBe(before + 4)
  })
})
