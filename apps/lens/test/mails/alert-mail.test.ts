// Mails that a real SigNoz v0.138.0 sent, beside those that lens writes of the same alerts: the same text.
import { readdirSync, readFileSync } from 'node:fs'
import { MAIL_SUBJECT } from '@deye-hard/monitoring'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../../src/alerts/dispatch-state.ts'
import { mailWriter, plainText } from '../../src/mails/alert-mail.ts'

const ROOT = new URL('../../../../', import.meta.url)
const LAB = new URL('lab/', import.meta.url)
const TEMPLATE = readFileSync(new URL('signoz/mail.html', ROOT), 'utf8')
const NAMES = readdirSync(LAB)
  .filter(file => file.endsWith('.json'))
  .map(file => file.slice(0, -'.json'.length))

interface LabMail {
  subject: string
  notification: Notification
}

function labMail(name: string): LabMail & { html: string } {
  const { subject, notification } = JSON.parse(readFileSync(new URL(`${name}.json`, LAB), 'utf8')) as LabMail
  return { subject, notification, html: readFileSync(new URL(`${name}.txt`, LAB), 'utf8') }
}

function written(notification: Notification) {
  const writer = mailWriter(MAIL_SUBJECT, TEMPLATE)
  if (writer.kind === 'refused') throw new Error(writer.reason)
  const result = writer.write(notification)
  if (result.kind === 'failed') throw new Error(result.reason)
  return result.mail
}

describe('mails', () => {
  test('of several kinds came from the lab', () => {
    expect(NAMES).toEqual(expect.arrayContaining(['one-alert', 'several', 'resolved', 'both', 'no-data']))
  })

  test.each(NAMES)('%s is the text that SigNoz sent', name => {
    const { subject, html, notification } = labMail(name)
    const mail = written(notification)
    // Mail software drops spaces at the end of a subject.
    expect(mail.subject.trimEnd()).toBe(subject)
    expect(mail.html.trimEnd()).toBe(html.trimEnd())
  })

  test('escape what comes from labels and annotations, which SigNoz v0.138.0 does not do by itself', () => {
    expect(written(labMail('one-alert').notification).html).toContain('Nobody &amp; &lt;nothing&gt;')
    const { html, text } = written(labMail('several').notification)
    expect(html).toContain('A &lt;b&gt;&amp;&#34;&#39;+ü&lt;/b&gt;')
    expect(html).not.toContain('A <b>')
    expect(text).toContain(`named A <b>&"'+ü</b>`)
  })

  test('have a part without tags for those who read no HTML', () => {
    const lines = written(labMail('one-alert').notification).text.split('\n')
    expect(lines[0]).toMatch(/^CRITICAL · lab · Recovery$/)
    expect(lines).toContain('Value: 12% against a limit of 10%')
    expect(lines).toContain("Runbook: https://ops.example.org/runbooks/Recovery.md?a=1&b='2'")
    expect(plainText('<body><p>a &lt;b&gt; &unknown; c</p></body>')).toBe('a <b> &unknown; c')
  })

  test('are refused when the template is not understood, and fail when it does not fit the data', () => {
    expect(mailWriter(MAIL_SUBJECT, 'a\n{{ printf "%d" 1 }}')).toEqual({
      kind: 'refused',
      reason: 'mail html: line 2: the function printf is not supported',
    })
    const writer = mailWriter('{{ .Nothing }}', '')
    const { notification } = labMail('one-alert')
    expect(writer.kind === 'writer' && writer.write(notification)).toEqual({
      kind: 'failed',
      reason: 'line 1: there is no field or method Nothing',
    })
  })
})
