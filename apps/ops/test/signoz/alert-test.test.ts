// `ops alert-test` against a real SigNoz that hands its mails to a mail server of this test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnNode, waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SigNozClient } from '../../src/provision/signoz-client.ts'
import { OPS_ENTRY, runOps } from '../run-ops.ts'
import { catchMails, type MailCatcher } from './mail-catcher.ts'
import { ask, clientFor, EMAIL_TO, GitCopy, provisionFrom, removeAllOfOurs } from './provisioned.ts'
import { sigNozAddress } from './signoz.ts'

const { address, missing } = sigNozAddress(process.env)
const { OTLP_HTTP: otlpHttp = '', LAB_SMTP_PORT: smtpPort = '' } = process.env
const reason = missing ?? (otlpHttp && smtpPort ? null : 'OTLP_HTTP and LAB_SMTP_PORT are not both set')
const MAIL_LIMIT_MS = 90_000

if (reason !== null) process.stderr.write(`Tests of alert-test are skipped: ${reason}.\n`)

describe.skipIf(reason !== null)('ops alert-test', () => {
  const client = reason === null ? clientFor(address!) : (null as unknown as SigNozClient)
  let folder: string
  let maildir: string
  let mailbox: MailCatcher

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alert-test-'))
    maildir = join(folder, 'maildir')
    mkdirSync(join(maildir, 'new'), { recursive: true })
    mailbox = await catchMails(Number(smtpPort), bytes =>
      writeFileSync(join(maildir, 'new', `${mailbox.mails.length}`), bytes),
    )
    const git = new GitCopy()
    await provisionFrom(client, git)
    git.end()
  })
  afterAll(async () => {
    if (reason !== null) return
    await removeAllOfOurs(client)
    await mailbox.close()
    rmSync(folder, { recursive: true, force: true })
  })
  test('fires a real rule, sees its mail come, and leaves no rule', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await runOps(['alert-test', '--mailbox', maildir, '--json'], {
      env: env(),
    })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('The test rule is removed.'),
    })
    const outcome = JSON.parse(stdout) as {
      outcome: string
      run: string
      smtp: { step: string; outcome: string }[]
    }
    expect(outcome.outcome).toBe('mail_came')
    expect(outcome.smtp.map(({ step, outcome: how }) => `${step} ${how}`)).toEqual([
      'DNS passed',
      'TCP passed',
      'TLS skipped',
      'AUTH skipped',
    ])
    const mail = mailbox.mails.find(({ subject }) => subject?.includes(outcome.run))!
    expect(mail.subject).toBe(
      `[INFO] alert-test: nothing is wrong, this is a test of alert mails (${outcome.run})`,
    )
    expect([mail.to].flat().map(to => to!.text)).toEqual([EMAIL_TO])
    expect(mail.html).toContain('nothing to do: this mail shows that mails come through')
    expect(await testRules(client)).toEqual([])
  })

  test('ends with 1 when the rule fires and no mail comes, and leaves no rule', {
    timeout: 120_000,
  }, async () => {
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'))
    const { code, stdout } = await runOps(['alert-test', '--mailbox', elsewhere, '--timeout', '25s'], {
      env: env(),
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^The rule fired but no mail with "run-\w+" in its subject came/)
    expect(await testRules(client)).toEqual([])
  })

  test('says where to look when it cannot read the mailbox', { timeout: 120_000 }, async () => {
    const { code, stdout } = await runOps(['alert-test', '--hold', '1s'], { env: env() })
    expect(code).toBe(0)
    expect(stdout).toContain(`in the mailbox of ${EMAIL_TO}`)
    expect(await testRules(client)).toEqual([])
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('leaves no rule after %s', { timeout: 120_000 }, async signal => {
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'))
    const command = spawnNode(OPS_ENTRY, env(), ['alert-test', '--mailbox', elsewhere])
    await waitUntil(() => command.stderr.some(line => line.startsWith('The test rule is made')), {
      timeoutMs: MAIL_LIMIT_MS,
      what: 'the test rule',
    })
    expect(await testRules(client)).toHaveLength(1)
    command.kill(signal)
    expect(await command.exited).toEqual({ code: 1, signal: null })
    expect(command.stdout).toEqual(['Stopped; the test rule is removed.'])
    expect(await testRules(client)).toEqual([])
  })

  test('names the collector when it does not take the metric', async () => {
    const { code, stderr } = await runOps(['alert-test'], {
      env: { ...env(), ALERT_TEST_OTLP_URL: 'http://127.0.0.1:1' },
    })
    expect(code).toBe(69)
    expect(stderr).toContain('ALERT_TEST_OTLP_URL')
  })

  test('asks for provision first where there is no channel', async () => {
    const { code, stderr } = await runOps(['alert-test', '--channel', 'nobody'], { env: env() })
    expect(code).toBe(1)
    expect(stderr).toContain('SigNoz has no channel nobody: run `npm run ops -- provision` first')
  })
})

/** SigNoz of the lab sends without TLS and login. */
function env(): Record<string, string> {
  return {
    SIGNOZ_URL: address!.url,
    SIGNOZ_EMAIL: address!.email,
    SIGNOZ_PASSWORD: address!.password,
    ALERT_TEST_OTLP_URL: otlpHttp,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: smtpPort,
    SMTP_REQUIRE_TLS: 'false',
  }
}

async function testRules(client: SigNozClient): Promise<string[]> {
  const rules = await ask<{ alert: string }[]>(client, '/api/v2/rules')
  return rules.map(({ alert }) => alert).filter(alert => alert === 'AlertTest')
}
