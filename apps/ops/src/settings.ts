// The environment of the operator's commands; what a running `npm start` can tell is optional.
import { setting } from '@deye-hard/config'

const DAYS_MAX = 3_650
const HTTP = ['http', 'https'] as const
const ADDRESSES = /^[^\s@,]+@[^\s@,]+(\s*,\s*[^\s@,]+@[^\s@,]+)*$/

export const opsSettings = {
  collectorStatusUrl: setting.url('COLLECTOR_STATUS_URL', {
    protocols: HTTP,
    example: 'http://127.0.0.1:8898/status',
    about: 'Status page of the collector for `ops ledger`; unset: that of a running `npm start`',
    optional: true,
  }),
  // The same two limits as the collector's: a replay must judge a frame's time as the collector would.
  timeTolerance: setting.duration('ACQUISITION_TIME_TOLERANCE', {
    default: '5m',
    min: 0,
    about: 'How far the clock of a logger may be off before its time counts as estimated',
  }),
  readingMaxAge: setting.duration('READING_MAX_AGE', {
    default: '400d',
    min: '1d',
    about: 'Older readings go to quarantine; the retention of the database',
  }),
}

/** Not who gets the mails: those may be several, and a change of them must not change the login. The domain is for private use. */
const SIGNOZ_ADMINISTRATOR = 'admin@deye-hard.internal'

/** Where SigNoz is and as whom to talk to it: a service account key, else the root login. */
export const sigNozSettings = {
  url: setting.url('SIGNOZ_URL', {
    protocols: HTTP,
    default: 'http://127.0.0.1:8080',
    about: 'SigNoz, as `ops provision` reaches it',
  }),
  apiKey: setting.secret('SIGNOZ_API_KEY', {
    about: 'Key of a SigNoz service account with the role signoz-admin; instead of e-mail and password',
    optional: true,
  }),
  email: setting.text('SIGNOZ_EMAIL', {
    pattern: /^[^\s@]+@[^\s@]+$/,
    form: 'an e-mail address',
    default: SIGNOZ_ADMINISTRATOR,
    about: 'Login of the first administrator of SigNoz; no mail is sent there',
  }),
  password: setting.secret('SIGNOZ_PASSWORD', {
    about:
      'Password of the first administrator; SigNoz wants at least 12 characters with upper case, lower case, digit and symbol',
    optional: true,
  }),
}

/** For whoever writes links into mails. */
const runbookBaseUrl = setting.url('ALERT_RUNBOOK_BASE_URL', {
  protocols: HTTP,
  example: 'https://git.example.org/solar/alerts/runbooks',
  about: 'Base of the links to runbooks in mails; unset: the mail names the file',
  optional: true,
})
const externalUrl = setting.url('SIGNOZ_EXTERNAL_URL', {
  protocols: HTTP,
  example: 'https://signoz.example.org',
  about: 'SigNoz, as a browser reaches it: base of the links in mails; unset: SIGNOZ_URL',
  optional: true,
})

export const provisionSettings = {
  externalUrl,
  emailTo: setting.text('ALERT_EMAIL_TO', {
    pattern: ADDRESSES,
    form: 'e-mail addresses with commas between them',
    about: 'Who gets the alert mails',
  }),
  runbookBaseUrl,
  tracesDays: retention('TRACES'),
  metricsDays: retention('METRICS'),
  logsDays: retention('LOGS'),
}

/** The server that SigNoz hands its mails to; `ops alert-test` looks at it before it fires. */
export const smtpSettings = {
  host: setting.text('SMTP_HOST', {
    pattern: /^\S+$/,
    form: 'a host name or address',
    about: 'Mail server for alerts',
    optional: true,
  }),
  port: setting.port('SMTP_PORT', {
    default: 587,
    about: 'Port of the mail server; 465 means TLS from the first byte',
  }),
  from: setting.text('SMTP_FROM', {
    pattern: /^[^\s@]+@[^\s@]+$/,
    form: 'an e-mail address',
    about: 'Sender of alert mails',
    optional: true,
  }),
  username: setting.text('SMTP_USERNAME', { about: 'Login at the mail server', optional: true }),
  password: setting.secret('SMTP_PASSWORD', { about: 'Password at the mail server', optional: true }),
  requireTls: setting.flag('SMTP_REQUIRE_TLS', {
    default: true,
    about: 'Refuse a mail server without STARTTLS; false only for a relay on this host',
  }),
}

export const alertTestSettings = {
  runbookBaseUrl,
  externalUrl,
  otlpHttpUrl: setting.url('ALERT_TEST_OTLP_URL', {
    protocols: HTTP,
    default: 'http://127.0.0.1:4318',
    about: 'Collector of SigNoz by OTLP over HTTP, for the metric of `ops alert-test`',
  }),
}

function retention(signal: 'TRACES' | 'METRICS' | 'LOGS') {
  return setting.integer(`RETENTION_DAYS_${signal}`, {
    default: 7,
    min: 1,
    max: DAYS_MAX,
    about: `Days that SigNoz keeps ${signal.toLowerCase()}`,
  })
}
