// `ops provision` against a real SigNoz: what it writes, what it leaves alone, and how it says what is wrong.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apply } from '../../src/provision/apply.ts'
import type { Change } from '../../src/provision/change.ts'
import type { SigNozClient } from '../../src/provision/signoz-client.ts'
import { type Finished, runOps } from '../run-ops.ts'
import { changeByHand, usingServiceAccount, withVersion } from './by-hand.ts'
import {
  ask,
  changedBetween,
  clientFor,
  EMAIL_TO,
  GitCopy,
  provisionFrom,
  removeAllOfOurs,
  writtenAt,
} from './provisioned.ts'
import { sigNozAddress } from './signoz.ts'

const { address, missing } = sigNozAddress(process.env)
const DASHBOARD = 'dashboards/fleet.json'
const RULE = 'alerts/rules/ReadingsUnaccounted.json'
const RULE_NAME = 'rule ReadingsUnaccounted'

if (missing !== null) process.stderr.write(`Tests of provisioning are skipped: ${missing}.\n`)

interface Answered {
  outcome: string
  changes: { kind: string; name: string; action: string; differences: { path: string }[] }[]
  leftovers: { kind: string; name: string }[]
  unchanged: number
}

describe.skipIf(address === null)('ops provision', () => {
  const client = address === null ? (null as unknown as SigNozClient) : clientFor(address)
  let git: GitCopy

  beforeEach(() => {
    git = new GitCopy()
  })
  afterEach(() => git.end())
  afterAll(() => (address === null ? undefined : removeAllOfOurs(client)))

  test('makes everything on an empty SigNoz, and changes nothing the second time', async () => {
    await removeAllOfOurs(client)
    const first = await provisioned([])
    expect(first.changes.length).toBeGreaterThan(20)
    expect(new Set(first.changes.map(({ kind }) => kind))).toContain('dashboard')
    const before = await writtenAt(client)
    const second = await provisioned([])
    expect(second).toMatchObject({ outcome: 'unchanged', changes: [], leftovers: [] })
    expect(second.unchanged).toBeGreaterThanOrEqual(first.changes.length)
    expect(changedBetween(before, await writtenAt(client))).toEqual([])
    expect((await run(['--plan'])).code).toBe(0)
  })

  test('gives links the ids that SigNoz made, in dashboards and in rules', async () => {
    await removeAllOfOurs(client)
    await provisionFrom(client, git)
    const { dashboards } = await ask<{ dashboards: { id: string; name: string }[] }>(
      client,
      '/api/v2/dashboards?limit=200',
    )
    const documents = await Promise.all(dashboards.map(({ id }) => ask(client, `/api/v2/dashboards/${id}`)))
    const text = JSON.stringify(documents)
    expect(text).not.toContain('$dashboard(')
    const linked = [...text.matchAll(/"\/dashboard\/([^"?]+)/g)].map(match => match[1])
    expect(linked.length).toBeGreaterThan(0)
    expect(linked.filter(id => !dashboards.some(one => one.id === id))).toEqual([])
    const rules = await ask<{ source: string; annotations: { dashboard_url: string } }[]>(
      client,
      '/api/v2/rules',
    )
    const ours = rules.filter(({ source }) => source.startsWith('git:alerts/rules/'))
    const known = dashboards.map(({ id }) => `${address!.url}/dashboard/${id}`)
    expect(ours.length).toBeGreaterThan(10)
    expect(ours.filter(({ annotations }) => !known.includes(annotations.dashboard_url))).toEqual([])
  })

  test('writes only what changed in git', async () => {
    await provisionFrom(client, git)
    const before = await writtenAt(client)
    git.change(DASHBOARD, document => {
      document.spec.display.description = 'Changed in git.'
    })
    git.change(RULE, document => {
      document.annotations.impact = 'Changed in git.'
    })
    const { changes } = await provisioned([])
    expect(
      changes.map(({ kind, action, differences }) => [kind, action, differences.map(one => one.path)]),
    ).toEqual([
      ['dashboard', 'update', ['spec.display.description']],
      ['rule', 'update', ['annotations.impact']],
    ])
    expect(changedBetween(before, await writtenAt(client))).toEqual(['dashboard fleet', RULE_NAME])
  })

  test('posts a rule anew when its thresholds change', async () => {
    await provisionFrom(client, git)
    const before = await writtenAt(client)
    git.change('alerts/thresholds.json', thresholds => {
      const [tier] = Object.keys(thresholds.ReadingsUnaccounted.tiers)
      thresholds.ReadingsUnaccounted.tiers[tier!] += 1
    })
    const { changes } = await provisioned([])
    expect(changes.map(({ kind, name, action }) => [`${kind} ${name}`, action])).toEqual([
      [RULE_NAME, 'replace'],
    ])
    const after = await writtenAt(client)
    expect(changedBetween(before, after)).toEqual([RULE_NAME])
    expect(after[RULE_NAME]!.split(' ')[0]).not.toBe(before[RULE_NAME]!.split(' ')[0])
    const rules = await ask<{ alert: string }[]>(client, '/api/v2/rules')
    expect(rules.filter(({ alert }) => alert === 'ReadingsUnaccounted')).toHaveLength(1)
  })

  test('--plan shows what somebody changed by hand, exits 2 and changes nothing; the next run brings it back', async () => {
    await provisionFrom(client, git)
    await changeByHand(client, 'fleet', 'ReadingsUnaccounted')
    const before = await writtenAt(client)
    const { code, stdout } = await run(['--plan', '--json'])
    expect(code).toBe(2)
    const { outcome, changes } = JSON.parse(stdout) as Answered
    expect(outcome).toBe('differs')
    expect(
      Object.fromEntries(changes.map(one => [`${one.kind} ${one.name}`, one.differences.map(at => at.path)])),
    ).toEqual({
      'channel deye-hard-email': ['email_configs[0].to'],
      'dashboard fleet': ['spec.display.name'],
      // The web page writes its own address there.
      [RULE_NAME]: expect.arrayContaining(['source', 'disabled']),
      'retention logs': ['days'],
    })
    const text = await run(['--plan'])
    expect(text.code).toBe(2)
    expect(text.stdout).toContain('spec.display.name: "By hand" →')
    expect(changedBetween(before, await writtenAt(client))).toEqual([])

    expect((await provisioned([])).changes).toHaveLength(4)
    expect((await run(['--plan'])).code).toBe(0)
  })

  test('--prune removes what came from git and is gone there, and nothing else', async () => {
    const plain = new GitCopy()
    git.addSpare()
    await provisionFrom(client, git)
    const rule = (await ask<{ alert: string; id: string }[]>(client, '/api/v2/rules')).find(isSpareRule)
    const { id: _, ...theirs } = { ...rule!, alert: 'Theirs', source: 'by hand' }
    const posted = await client.ask<{ id: string }>('POST', '/api/v2/rules', theirs)
    if (posted.kind !== 'done') throw new Error(JSON.stringify(posted))
    try {
      const before = await writtenAt(client)
      const kept = await run(['--root', plain.root, '--plan'])
      expect(kept.code).toBe(0)
      expect(kept.stdout).toContain('goes only with --prune: rule SpareRule, dashboard spare.')
      expect((await run(['--root', plain.root, '--plan', '--prune'])).code).toBe(2)
      expect(changedBetween(before, await writtenAt(client))).toEqual([])

      expect((await run(['--root', plain.root, '--prune'])).code).toBe(0)
      expect(changedBetween(before, await writtenAt(client))).toEqual(['dashboard spare', 'rule SpareRule'])
      expect(Object.keys(await writtenAt(client))).toContain('rule Theirs')
    } finally {
      await client.ask('DELETE', `/api/v2/rules/${posted.data.id}`)
      plain.end()
    }
  })

  test('does not overwrite a dashboard of somebody else', async () => {
    await removeAllOfOurs(client)
    const theirs = { ...git.read(DASHBOARD), tags: [] }
    delete theirs.$schema
    const posted = await client.ask<{ id: string }>('POST', '/api/v2/dashboards', theirs)
    if (posted.kind !== 'done') throw new Error(JSON.stringify(posted))
    try {
      const { code, stderr } = await run([])
      expect(code).toBe(1)
      expect(stderr).toContain(
        'SigNoz has a dashboard fleet that does not come from git, nothing was changed',
      )
      expect(Object.keys(await writtenAt(client))).not.toContain(RULE_NAME)
    } finally {
      await client.ask('DELETE', `/api/v2/dashboards/${posted.data.id}`)
    }
  })

  test('names the file and the field that SigNoz refuses', async () => {
    await provisionFrom(client, git)
    const [rule] = await ask<{ condition: object }[]>(client, '/api/v2/rules')
    const document = { ...rule, condition: { ...rule!.condition, selectedQueryName: 'Z' } }
    const change: Change = {
      kind: 'rule',
      name: 'X',
      origin: 'alerts/rules/X.json',
      action: 'create',
      id: null,
      differences: [],
      document,
    }
    await expect(apply(client, change)).rejects.toMatchObject({
      code: 'OPS_CONFIGURATION',
      message: expect.stringMatching(
        /the rule X of alerts\/rules\/X\.json \(HTTP 400\): .*condition\.selectedQueryName/,
      ),
    })
  })

  test('lists faults of the files before it asks for anything to be changed', async () => {
    git.write(DASHBOARD, '{')
    const { code, stderr } = await run([])
    expect(code).toBe(78)
    expect(stderr).toContain('nothing was changed')
    expect(stderr).toContain(`${DASHBOARD}: is not JSON`)
  })

  describe('the login', () => {
    test('with a wrong password ends with 78 and does not print it', async () => {
      const { code, stdout, stderr } = await run(['--plan'], { SIGNOZ_PASSWORD: 'Wrong-Password-12' })
      expect(code).toBe(78)
      expect(stdout).toBe('')
      expect(stderr).toContain('SigNoz refuses the login')
      expect(stderr).not.toContain('Wrong-Password-12')
    })

    test('works with the key of a service account from a file, and says when its role is too small', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'key-'))
      const key = join(folder, 'key')
      const withKey = { SIGNOZ_EMAIL: '', SIGNOZ_PASSWORD: '', SIGNOZ_API_KEY_FILE: key }
      try {
        await provisionFrom(client, git)
        await usingServiceAccount(client, 'signoz-admin', async secret => {
          writeFileSync(key, `${secret}\n`, { mode: 0o600 })
          const { code, stdout, stderr } = await run([], withKey)
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
          expect(stdout).toContain('0 changes')
        })
        await usingServiceAccount(client, 'signoz-viewer', async secret => {
          writeFileSync(key, secret, { mode: 0o600 })
          git.change(DASHBOARD, document => {
            document.spec.display.description = 'Changed in git.'
          })
          const { code, stderr } = await run([], withKey)
          expect(code).toBe(78)
          expect(stderr).toContain('give it the role signoz-admin')
          expect(stderr).not.toContain(secret)
        })
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    test('to a server that is away waits as long as asked, says for what, and ends with 69', async () => {
      const { code, stderr } = await run(['--wait', '1s'], { SIGNOZ_URL: 'http://127.0.0.1:1' })
      expect(code).toBe(69)
      expect(stderr).toContain('Waiting for SigNoz')
      expect(stderr).toContain('SigNoz does not answer at http://127.0.0.1:1')
    })

    test('to another version ends with 78, unless that is wanted', async () => {
      const other = await withVersion(address!.url, 'v0.139.2')
      try {
        const { code, stderr } = await run(['--plan'], { SIGNOZ_URL: other.url })
        expect(code).toBe(78)
        expect(stderr).toContain('SigNoz is v0.139.2, these files are made for v0.138.x')
        const anyway = await run(['--plan', '--any-version'], { SIGNOZ_URL: other.url })
        expect(anyway.stderr).toContain('going on as asked')
        expect(anyway.stdout).toContain('as in git')
      } finally {
        await other.close()
      }
    })
  })

  function run(options: string[], env: Record<string, string> = {}): Promise<Finished> {
    const { url, email, password } = address!
    return runOps(['provision', '--root', git.root, '--first-data', '0s', ...options], {
      env: {
        SIGNOZ_URL: url,
        SIGNOZ_EMAIL: email,
        SIGNOZ_PASSWORD: password,
        SIGNOZ_EXTERNAL_URL: url,
        ALERT_EMAIL_TO: EMAIL_TO,
        ...env,
      },
    })
  }

  async function provisioned(options: string[]): Promise<Answered> {
    const { code, stdout, stderr } = await run([...options, '--json'])
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout) as Answered
  }
})

function isSpareRule({ alert }: { alert: string }): boolean {
  return alert === 'SpareRule'
}
