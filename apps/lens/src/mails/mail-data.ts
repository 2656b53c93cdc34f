// A notification as the data of Alertmanager's templates: `.Alerts.Firing`, `.CommonLabels`, `.Status`.
import type { Notification, NotifiedAlert } from '../alerts/dispatch-state.ts'
import type { LabelSet } from '../alerts/label-set.ts'
import { GoObject, goTime, type Value } from './go-template/template.ts'

/** What Go's zero time says in milliseconds: the end of an alert that still fires. */
const GO_ZERO_MS = Date.parse('0001-01-01T00:00:00Z')

export function mailData({ status, alerts, groupLabels }: Notification): Value {
  const items = alerts.map(alert => ({ status: alert.status, value: alertData(alert) }))
  const withStatus = (wanted: NotifiedAlert['status']) =>
    items.filter(item => item.status === wanted).map(item => item.value)
  return new GoObject({
    fields: {
      Status: status,
      Alerts: new GoObject({
        items: items.map(item => item.value),
        methods: { Firing: () => withStatus('firing'), Resolved: () => withStatus('resolved') },
      }),
      GroupLabels: keyValues(groupLabels),
      CommonLabels: common(alerts.map(alert => alert.labels)),
      CommonAnnotations: common(alerts.map(alert => alert.annotations)),
    },
  })
}

function alertData({ status, labels, annotations, startsMs, endsMs }: NotifiedAlert): GoObject {
  return new GoObject({
    fields: {
      Status: status,
      Labels: keyValues(labels),
      Annotations: keyValues(annotations),
      StartsAt: goTime(startsMs),
      EndsAt: goTime(endsMs ?? GO_ZERO_MS),
    },
  })
}

/** What is the same in all of them. */
function common([first = {}, ...others]: readonly LabelSet[]): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(first).filter(([name, value]) => others.every(other => other[name] === value)),
  )
}

function keyValues(labels: LabelSet): ReadonlyMap<string, string> {
  return new Map(Object.entries(labels))
}
