// What an alert mail of ours says, read back from what came.
import type { ParsedMail } from 'mailparser'

export interface AlertMail {
  /** Name of the rule. */
  rule: string
  isResolved: boolean
  subject: string
  /** Lines of the body, without tags. */
  lines: string[]
  sentMs: number
}

export function readAlertMail({ subject = '', html, date }: ParsedMail): AlertMail {
  const body = html || ''
  return {
    rule: /<title>(.*?)<\/title>/.exec(body)?.[1] ?? '',
    isResolved: subject.startsWith('[RESOLVED]'),
    subject,
    lines: body
      .replace(/<(?:br|tr|\/td)[^>]*>/g, '\n')
      .replace(/<[^>]*>/g, '')
      .split('\n')
      .map(line => line.replaceAll('&nbsp;', ' ').trim())
      .filter(line => line !== ''),
    sentMs: date?.getTime() ?? 0,
  }
}
