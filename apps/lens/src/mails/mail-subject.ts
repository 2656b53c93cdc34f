// The subject of alert mails. It is that of the channel that `ops provision` makes (apps/ops/src/provision/email-channel.ts); a test holds them together.

export const MAIL_SUBJECT = [
  '{{ $shown := .Alerts.Firing }}{{ if eq .Status "resolved" }}{{ $shown = .Alerts.Resolved }}{{ end }}',
  '{{ $first := index $shown 0 }}{{ $severity := or $first.Labels.severity "critical" }}',
  '{{ range $shown }}{{ if eq .Labels.severity "critical" }}{{ $severity = "critical" }}{{ end }}{{ end }}',
  '[{{ if eq .Status "resolved" }}RESOLVED{{ else }}{{ $severity | toUpper }}{{ end }}] ',
  '{{ with index .CommonLabels "site.id" }}site {{ . }}: {{ else }}{{ with .CommonLabels.service }}{{ . }}: {{ end }}{{ end }}',
  '{{ if $first.Labels.nodata }}No telemetry arrives, every rule is blind{{ else }}',
  '{{ with $first.Annotations.summary }}{{ . }}{{ else }}{{ $first.Labels.alertname }}{{ end }}{{ end }}',
  '{{ if gt (len .Alerts.Firing) 1 }} ({{ len .Alerts.Firing }} alerts){{ end }}',
].join('')
