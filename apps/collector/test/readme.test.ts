// The README names every setting and every counter with a reason, and none that does not exist.
import { readFileSync } from 'node:fs'
import { PAUSED_REASONS, REFUSED_REASONS, UNACKED_REASONS } from '@deye-hard/telemetry-schema'
import { expect, it } from 'vitest'
import { CLOSED_REASONS, createCounters, snapshotCounters } from '../src/counters.ts'
import { collectorSettings } from '../src/settings.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const quoted = new Set([...readme.matchAll(/`([^`]+)`/g)].map(([, text]) => text!))

it('has every setting and no other', () => {
  const names = Object.values(collectorSettings).map(({ name }) => name)
  expect(names.filter(name => !quoted.has(name))).toEqual([])
  const known = new Set([...names, 'SERVICE_CLIENT_SECRET_FILE', 'OTEL_EXPORTER_OTLP_HEADERS_FILE'])
  const written = [...quoted].filter(text => /^[A-Z]+(_[A-Z]+)+$/.test(text))
  expect(written.filter(name => !known.has(name))).toEqual([])
})

it('has defaults as they are', () => {
  const rows = [...readme.matchAll(/^\| [^|]+ \| ([^|]+) \| `([A-Z_]+)` \|/gm)]
  expect(rows.length).toBeGreaterThan(30)
  for (const [, text, name] of rows) {
    const setting = Object.values(collectorSettings).find(one => one.name === name)!
    const compact = text!.replaceAll(/[ ,]/g, '').replace('min', 'm')
    expect(`${name} ${compact}`).toBe(`${name} ${setting.defaultText}`)
  }
})

it('has a counter for every reason', () => {
  const reasons = [
    ...REFUSED_REASONS.filter(reason => reason !== 'stopping').map(reason => `connections_refused.${reason}`),
    ...CLOSED_REASONS.filter(reason => !['peer', 'handler_error', 'shutdown'].includes(reason)).map(
      reason => `connections_closed.${reason}`,
    ),
    ...PAUSED_REASONS.map(reason => `reading_paused.${reason}`),
    ...UNACKED_REASONS.filter(reason => !['unknown_logger', 'connection_closed'].includes(reason)).map(
      reason => `frames_unacked.${reason}`,
    ),
  ]
  expect(reasons.filter(reason => !quoted.has(reason))).toEqual([])
  const counters = snapshotCounters(createCounters())
  const dotted = [...quoted].filter(text => /^(connections|reading|frames)_\w+\.\w+$/.test(text))
  for (const text of dotted) {
    const [name, reason] = text.split('.') as [string, string]
    expect(counters[name], text).toHaveProperty(reason)
  }
})
