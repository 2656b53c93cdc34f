// Errors of accept: new connections are refused for a pause that doubles while errors go on.
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Admission } from '../src/admission.ts'
import { type HttpSource, StatusServer } from '../src/http.ts'
import type { Overload } from '../src/overload.ts'
import { settingsOf, startIntake, TestClock, TestLogger } from './harness.ts'

const idle = { reason: () => null } as unknown as Overload

it('backs off after an error of accept, longer while errors go on, up to the longest pause', () => {
  const clock = new TestClock()
  const admission = new Admission(settingsOf({ ACCEPT_BACKOFF_MAX: '400ms' }), clock, idle)
  const refusedMs = () => {
    let passed = 0
    for (; admission.enter('192.0.2.1') === 'accept_backoff'; passed += 10) clock.pass(10)
    return passed
  }
  const pauses = [1, 2, 3, 4].map(() => {
    admission.acceptFailed()
    return refusedMs()
  })
  expect(pauses).toEqual([100, 200, 400, 400])
  clock.pass(1_000)
  admission.acceptFailed()
  expect(refusedMs()).toBe(100)
})

it('gives the place of an address back, and forgets the address with its last connection', () => {
  const admission = new Admission(settingsOf({ CONNECTIONS_PER_ADDRESS_MAX: '1' }), new TestClock(), idle)
  for (let round = 0; round < 3; round += 1) {
    expect(admission.enter('192.0.2.1')).toBeNull()
    expect(admission.enter('192.0.2.1')).toBe('connections_per_address_max')
    expect(admission.enter('192.0.2.2')).toBeNull()
    admission.leave('192.0.2.1')
    admission.leave('192.0.2.2')
    expect(admission.active).toBe(0)
  }
})

it('takes nobody in once it stops', async () => {
  const { intake } = await startIntake()
  await intake.stop(10)
  const admission = new Admission(settingsOf(), new TestClock(), idle)
  admission.stop()
  expect(admission.enter('192.0.2.1')).toBe('stopping')
})

it('bounds the connections to health and status', async () => {
  const source = {
    status: () => ({}) as ReturnType<HttpSource['status']>,
    metrics: () => Promise.reject(new Error('not asked for')),
    notReady: () => null,
  }
  const http = new StatusServer(source, settingsOf({ COLLECTOR_HTTP_CONNECTIONS_MAX: '2' }))
  const port = await http.start()
  onTestFinished(() => http.stop())
  const ask = () => {
    const client = new TestLogger(connect(port, '127.0.0.1'))
    client.send(Buffer.from('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'))
    return client
  }
  const kept = [ask(), ask()]
  for (const one of kept) expect((await one.take(12)).toString()).toBe('HTTP/1.1 200')
  const refused = ask()
  await refused.closed()
  expect(refused.received.length).toBe(0)
})
