// Rules that a planned downtime names: SigNoz does not let go of them, provisioning moves the downtime to the rule that follows.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SigNozClient } from '../../src/provision/signoz-client.ts'
import { type Finished, runOps } from '../run-ops.ts'
import { ask, clientFor, EMAIL_TO, GitCopy, provisionFrom, removeAllOfOurs } from './provisioned.ts'
import { sigNozAddress } from './signoz.ts'

const { address, missing } = sigNozAddress(process.env)
const DOWNTIMES = '/api/v1/downtime_schedules'
const RULE = 'ReadingsUnaccounted'
const WEEKLY = {
  timezone: 'Europe/Warsaw',
  startTime: '2026-01-04T02:00:00+01:00',
  recurrence: { repeatType: 'weekly', duration: '1h0m0s', repeatOn: ['sunday'] },
}
const ENDED_YEARS_AGO = {
  timezone: 'UTC',
  startTime: '2020-01-01T00:00:00Z',
  endTime: '2020-01-01T02:00:00Z',
}

if (missing !== null) process.stderr.write(`Tests of planned downtimes are skipped: ${missing}.\n`)

interface Downtime {
  id: string
  name: string
  description: string
  scope?: string
  alertIds: string[]
  schedule: object
}

describe.skipIf(address === null)('a rule in a planned downtime', () => {
  const client = address === null ? (null as unknown as SigNozClient) : clientFor(address)
  let git: GitCopy
  let planned: string[]

  beforeEach(async () => {
    planned = []
    git = new GitCopy()
    git.addSpare()
    await provisionFrom(client, git)
  })
  afterEach(async () => {
    for (const { id, ...rest } of await downtimes()) {
      await client.ask('PUT', `${DOWNTIMES}/${id}`, { ...rest, schedule: ENDED_YEARS_AGO, alertIds: [] })
      await client.ask('DELETE', `${DOWNTIMES}/${id}`)
    }
    git.end()
  })
  afterAll(() => (address === null ? undefined : removeAllOfOurs(client)))

  test.each([
    ['with others', WEEKLY, [RULE, 'SpareRule']],
    ['alone', ENDED_YEARS_AGO, [RULE]],
  ])('%s keeps its place there when it is replaced', async (_, schedule, names) => {
    const before = await rules()
    const alertIds = names.map(name => before.get(name)!)
    const made = await plan({
      name: 'backup',
      description: 'weekly',
      scope: 'severity = "info"',
      alertIds,
      schedule,
    })
    raiseThreshold(RULE)
    const { code, stderr } = await run([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: `replace rule ${RULE}\n` })
    const after = await rules()
    expect(after.get(RULE)).not.toBe(before.get(RULE))
    expect(await ruleCount(RULE)).toBe(1)
    const [moved] = await downtimes()
    expect(new Set(moved!.alertIds)).toEqual(new Set(names.map(name => after.get(name)!)))
    expect({ ...moved, alertIds: [], updatedAt: '' }).toEqual({ ...made, alertIds: [], updatedAt: '' })
    expect((await run(['--plan'])).code).toBe(0)
  })

  test('takes the downtime of a second one of its name that goes', async () => {
    const { id: _, ...rule } = await ask<{ id: string }>(client, `/api/v2/rules/${(await rules()).get(RULE)}`)
    const twin = await client.ask<{ id: string }>('POST', '/api/v2/rules', rule)
    if (twin.kind !== 'done') throw new Error(JSON.stringify(twin))
    const ids = (await listed()).filter(({ alert }) => alert === RULE).map(({ id }) => id)
    for (const id of ids) await plan({ name: id, alertIds: [id], schedule: WEEKLY })
    raiseThreshold(RULE)
    expect((await run([])).code).toBe(0)
    expect(await ruleCount(RULE)).toBe(1)
    const left = (await rules()).get(RULE)
    expect((await downtimes()).map(({ alertIds }) => alertIds)).toEqual([[left], [left]])
  })

  test('is not pruned while the downtime names no other, and all other changes are made', async () => {
    const plain = new GitCopy()
    const spare = (await rules()).get('SpareRule')!
    await plan({ name: 'spare-only', alertIds: [spare], schedule: WEEKLY })
    plain.change('dashboards/fleet.json', document => {
      document.spec.display.description = 'Changed in git.'
    })
    try {
      const { code, stderr } = await run(['--root', plain.root, '--prune'])
      expect(code).toBe(1)
      expect(stderr).toContain('The rule SpareRule was not removed, since the planned downtime "spare-only"')
      expect(stderr).toContain('All other changes are made.')
      expect((await rules()).get('SpareRule')).toBe(spare)
      expect((await downtimes()).map(({ alertIds }) => alertIds)).toEqual([[spare]])
      expect((await run(['--root', plain.root, '--plan'])).stdout).toContain(
        'only with --prune: rule SpareRule.\n',
      )

      const other = (await rules()).get(RULE)!
      const [{ id, ...downtime }] = (await downtimes()) as [Downtime]
      await client.ask('PUT', `${DOWNTIMES}/${id}`, { ...downtime, alertIds: [spare, other] })
      expect((await run(['--root', plain.root, '--prune'])).code).toBe(0)
      expect((await downtimes()).map(({ alertIds }) => alertIds)).toEqual([[other]])
    } finally {
      plain.end()
    }
  })

  function raiseThreshold(name: string): void {
    git.change('alerts/thresholds.json', thresholds => {
      const [tier] = Object.keys(thresholds[name].tiers)
      thresholds[name].tiers[tier!] += 1
    })
  }

  async function plan(
    downtime: Omit<Downtime, 'id' | 'description'> & { description?: string },
  ): Promise<Downtime> {
    const answer = await client.ask<Downtime>('POST', DOWNTIMES, { description: '', ...downtime })
    if (answer.kind !== 'done') throw new Error(JSON.stringify(answer))
    planned.push(answer.data.id)
    return ask<Downtime>(client, `${DOWNTIMES}/${answer.data.id}`)
  }

  /** Those of this test, in the order in which it made them. */
  function downtimes(): Promise<Downtime[]> {
    return Promise.all(planned.map(id => ask<Downtime>(client, `${DOWNTIMES}/${id}`)))
  }

  function listed(): Promise<{ id: string; alert: string }[]> {
    return ask(client, '/api/v2/rules')
  }

  async function rules(): Promise<Map<string, string>> {
    return new Map((await listed()).map(({ alert, id }) => [alert, id]))
  }

  async function ruleCount(name: string): Promise<number> {
    return (await listed()).filter(({ alert }) => alert === name).length
  }

  function run(options: string[]): Promise<Finished> {
    const { url, email, password } = address!
    return runOps(['provision', '--root', git.root, '--first-data', '0s', ...options], {
      env: {
        SIGNOZ_URL: url,
        SIGNOZ_EMAIL: email,
        SIGNOZ_PASSWORD: password,
        SIGNOZ_EXTERNAL_URL: url,
        ALERT_EMAIL_TO: EMAIL_TO,
      },
    })
  }
})
