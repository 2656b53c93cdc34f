// The channel by which alerts become mails: our text in place of the built-in one, and a mail when it is over.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MAIL_SUBJECT } from '@deye-hard/monitoring'
import { OpsError } from '../errors.ts'
import type { Wanted } from './change.ts'

/** Channels are ours by this beginning of their name. */
export const CHANNEL_PREFIX = 'deye-hard-'
export const EMAIL_CHANNEL = `${CHANNEL_PREFIX}email`
export const MAIL_TEMPLATE = 'signoz/mail.html'

/** Only these fields: transport belongs to the environment of SigNoz, which drops it here without a word (contract, fact 6). */
export function emailChannel(root: string, to: string): Wanted {
  return {
    kind: 'channel',
    name: EMAIL_CHANNEL,
    origin: `ALERT_EMAIL_TO and ${MAIL_TEMPLATE}`,
    document: {
      name: EMAIL_CHANNEL,
      email_configs: [
        { to, send_resolved: true, headers: { Subject: MAIL_SUBJECT }, html: readTemplate(root) },
      ],
    },
  }
}

function readTemplate(root: string): string {
  try {
    return readFileSync(join(root, MAIL_TEMPLATE), 'utf8')
  } catch (error) {
    throw new OpsError(
      'OPS_CONFIGURATION',
      `The mail template ${join(root, MAIL_TEMPLATE)} cannot be read (${(error as Error).message}): --root must name a folder with dashboards, alerts and signoz.`,
    )
  }
}
