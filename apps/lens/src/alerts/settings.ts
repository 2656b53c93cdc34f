// Settings of alerts and mails, for the settings of lens.
import { setting } from '@deye-hard/config'
import { MAIL_CLIENTS_MAX, MAIL_MAX_BYTES } from '../mails/mail-catcher.ts'
import { MAILBOX_LIMITS } from '../mails/mailbox.ts'
import { LONGEST_PAUSE_MS, OUTBOX_MAX } from '../mails/outbox.ts'
import { HISTORY_MAX } from './alert-engine.ts'
import { ALERTS_MAX } from './evaluate-rule.ts'
import { NOTIFY_TIMING } from './notify-timing.ts'

export const alertingSettings = {
  alertEvaluationDelay: setting.duration('LENS_ALERT_EVAL_DELAY', {
    default: '2m',
    min: '0s',
    max: '1h',
    about: 'How much older than now the end of the window of a rule is; 2m as in SigNoz',
  }),
  alertGroupWait: setting.duration('LENS_ALERT_GROUP_WAIT', {
    default: NOTIFY_TIMING.groupWaitMs,
    min: '0s',
    max: '1h',
    about: 'How long the first mail of a rule waits for more alerts; 30s as in SigNoz',
  }),
  alertGroupInterval: setting.duration('LENS_ALERT_GROUP_INTERVAL', {
    default: NOTIFY_TIMING.groupIntervalMs,
    min: '1s',
    max: '24h',
    about: 'How often later mails of a rule are considered; 5m as in SigNoz',
  }),
  alertsMax: setting.integer('LENS_ALERTS_MAX', {
    default: ALERTS_MAX,
    min: 1,
    max: 100_000,
    about: 'Alerts of one rule at a time; those beyond are left out and counted',
  }),
  alertHistoryMax: setting.integer('LENS_ALERT_HISTORY_MAX', {
    default: HISTORY_MAX,
    min: 10,
    max: 100_000,
    about: 'Changes of the state of alerts that are kept, of all rules together; the oldest go',
  }),
  smtpUrl: setting.secret('LENS_SMTP_URL', {
    optional: true,
    about:
      'Mail server that alert mails go to, for example smtps://user:password@mail.example.org; the mail catcher of lens when unset',
  }),
  mailFrom: setting.text('LENS_MAIL_FROM', {
    default: 'lens@localhost.localdomain',
    about: 'Sender of alert mails',
  }),
  mailTo: setting.text('LENS_MAIL_TO', {
    default: 'oncall@localhost.localdomain',
    about: 'Recipients of alert mails, with commas between them',
  }),
  smtpPort: setting.port('LENS_SMTP_PORT', {
    default: 0,
    about: 'TCP port of the mail catcher on loopback; 0 takes any free one',
  }),
  smtpClientsMax: setting.integer('LENS_SMTP_CLIENTS_MAX', {
    default: MAIL_CLIENTS_MAX,
    min: 1,
    max: 1_000,
    about: 'Connections to the mail catcher at a time; more are refused',
  }),
  mailMaxBytes: setting.bytes('LENS_MAIL_MAX_BYTES', {
    default: MAIL_MAX_BYTES,
    min: '16KiB',
    max: '64MiB',
    about: 'Size of a mail that the catcher takes; larger ones are refused and counted',
  }),
  mailsMax: setting.integer('LENS_MAILS_MAX', {
    default: MAILBOX_LIMITS.mailsMax,
    min: 1,
    max: 10_000,
    about: 'Mails that are kept; the oldest go',
  }),
  mailsMaxBytes: setting.bytes('LENS_MAILS_MAX_BYTES', {
    default: MAILBOX_LIMITS.bytesMax,
    min: '1MiB',
    max: '10GiB',
    about: 'Size of all mails that are kept; the oldest go',
  }),
  outboxMax: setting.integer('LENS_OUTBOX_MAX', {
    default: OUTBOX_MAX,
    min: 1,
    max: 10_000,
    about: 'Mails that wait for a mail server that does not take them; the oldest go',
  }),
  outboxPauseMax: setting.duration('LENS_OUTBOX_PAUSE_MAX', {
    default: LONGEST_PAUSE_MS,
    min: '1s',
    max: '24h',
    about: 'Longest pause before a mail is tried again; pauses double from 1s',
  }),
}
