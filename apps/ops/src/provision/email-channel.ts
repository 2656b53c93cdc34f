// The channel by which alerts become mails: our text in place of the built-in one, and a mail when it is over.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpsError } from '../errors.ts'
import type { Wanted } from './change.ts'

/** Channels are ours by this beginning of their name. */
export const CHANNEL_PREFIX = 'deye-hard-'
export const EMAIL_CHANNEL = `${CHANNEL_PREFIX}email`
export const MAIL_TEMPLATE = 'signoz/mail.html'

/**
 * `[CRITICAL] site 12: what`, or a service instead: labels carry the id of a site, no name. A mail that holds both tiers has no common
 * severity (contract 6.2), so the highest that fires speaks; of many alerts the first is told and all are counted, except when it is
 * over: then both tiers of each are listed.
 */
const SUBJECT = [
  '{{ $shown := .Alerts.Firing }}{{ if eq .Status "resolved" }}{{ $shown = .Alerts.Resolved }}{{ end }}',
  '{{ $first := index $shown 0 }}{{ $severity := or $first.Labels.severity "critical" }}',
  '{{ range $shown }}{{ if eq .Labels.severity "critical" }}{{ $severity = "critical" }}{{ end }}{{ end }}',
  '[{{ if eq .Status "resolved" }}RESOLVED{{ else }}{{ $severity | toUpper }}{{ end }}] ',
  '{{ with index .CommonLabels "site.id" }}site {{ . }}: {{ else }}{{ with .CommonLabels.service }}{{ . }}: {{ end }}{{ end }}',
  // Without data there are neither labels nor severity; TargetDown alone fires then.
  '{{ if $first.Labels.nodata }}No telemetry arrives, every rule is blind{{ else }}',
  '{{ with $first.Annotations.summary }}{{ . }}{{ else }}{{ $first.Labels.alertname }}{{ end }}{{ end }}',
  '{{ if gt (len .Alerts.Firing) 1 }} ({{ len .Alerts.Firing }} alerts){{ end }}',
].join('')

/** Only these fields: transport belongs to the environment of SigNoz, which drops it here without a word (contract, fact 6). */
export function emailChannel(root: string, to: string): Wanted {
  return {
    kind: 'channel',
    name: EMAIL_CHANNEL,
    origin: `ALERT_EMAIL_TO and ${MAIL_TEMPLATE}`,
    document: {
      name: EMAIL_CHANNEL,
      email_configs: [{ to, send_resolved: true, headers: { Subject: SUBJECT }, html: readTemplate(root) }],
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
