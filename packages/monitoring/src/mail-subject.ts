// The subject of alert mails: a template of Alertmanager, for the channel of SigNoz and for the mails of lens.

/**
 * `[CRITICAL] site 12: what`, or a service instead: labels carry the id of a site, no name. A mail that holds both tiers has no common
 * severity (contract 6.2), so the highest that fires speaks; of many alerts the first is told and all are counted, except when it is
 * over: then both tiers of each are listed.
 */
export const MAIL_SUBJECT = [
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
