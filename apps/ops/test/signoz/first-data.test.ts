// A rule that fires without data waits for the first data: on a fresh installation it would mail at once.
import { spawnNode, waitUntil } from '@deye-hard/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import type { SigNozClient } from '../../src/provision/signoz-client.ts'
import { OPS_ENTRY } from '../run-ops.ts'
import { ask, clientFor, EMAIL_TO, GitCopy, removeAllOfOurs } from './provisioned.ts'
import { sigNozAddress } from './signoz.ts'

const { address, missing } = sigNozAddress(process.env)
const otlpHttp = process.env.OTLP_HTTP ?? ''
const reason = missing ?? (otlpHttp ? null : 'OTLP_HTTP is not set')
/** Nobody else sends data of it, and every run is the first. */
const ENVIRONMENT = `first-data-${Date.now()}`
const LIMIT_MS = 60_000
const MINUTE_MS = 60_000

if (reason !== null) process.stderr.write(`The test of first data is skipped: ${reason}.\n`)

describe.skipIf(reason !== null)('ops provision', () => {
  const client = reason === null ? clientFor(address!) : (null as unknown as SigNozClient)
  const git = new GitCopy()
  afterAll(async () => {
    git.end()
    if (reason === null) await removeAllOfOurs(client)
  })

  test('posts a rule that fires without data when there are some, and all others before', async () => {
    git.addSpare()
    git.change('alerts/rules/SpareRule.json', rule => {
      rule.alertOnAbsent = true
      rule.compositeQuery.queries[0].spec.filter = {
        expression: `deployment.environment.name = '${ENVIRONMENT}'`,
      }
    })
    git.change('alerts/thresholds.json', thresholds => {
      thresholds.SpareRule = { ...thresholds.SpareRule, absentForMinutes: 5 }
    })
    // Whether the lab has targets is not what this is about.
    git.change('alerts/rules/TargetDown.json', rule => {
      delete rule.alertOnAbsent
    })
    git.change('alerts/thresholds.json', thresholds => {
      delete thresholds.TargetDown.absentForMinutes
    })
    const command = spawnNode(OPS_ENTRY, environment(), ['provision', '--root', git.root])
    const isWaiting = () =>
      command.stderr.some(line => line.startsWith('Waiting for first data of the rule SpareRule'))
    await waitUntil(isWaiting, { timeoutMs: LIMIT_MS, what: 'the wait' })
    const rules = await alerts(client)
    expect(rules).toContain('ReadingsUnaccounted')
    expect(rules).not.toContain('SpareRule')
    await sendOldPoints()
    await waitUntil(async () => (await alerts(client)).includes('SpareRule'), {
      timeoutMs: LIMIT_MS,
      what: 'the rule',
    })
    expect(await command.exited).toEqual({ code: 0, signal: null })
  })
})

function environment(): Record<string, string> {
  const { url, email, password } = address!
  return { SIGNOZ_URL: url, SIGNOZ_EMAIL: email, SIGNOZ_PASSWORD: password, ALERT_EMAIL_TO: EMAIL_TO }
}

async function alerts(client: SigNozClient): Promise<string[]> {
  return (await ask<{ alert: string }[]>(client, '/api/v2/rules')).map(({ alert }) => alert)
}

/** A rule looks at what is two minutes old: with points of the last minutes there is no need to wait for that. */
async function sendOldPoints(): Promise<void> {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const dataPoints = [4, 3, 2, 1, 0].map(age => ({
    timeUnixNano: `${Date.now() - age * MINUTE_MS}000000`,
    asDouble: 0,
  }))
  const metrics = [{ name: 'solar.readings.unaccounted', gauge: { dataPoints } }]
  const resource = { attributes: [text('deployment.environment.name', ENVIRONMENT)] }
  const body = JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${otlpHttp}/v1/metrics`, { method: 'POST', headers, body })
  expect(response.status).toBe(200)
}
