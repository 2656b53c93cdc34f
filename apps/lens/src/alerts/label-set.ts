// Sets of labels: a key that is the same for equal sets, and the order in which Alertmanager lists alerts in a mail.

export type LabelSet = Readonly<Record<string, string>>

/** Labels that are looked at before all others (prometheus/alertmanager, types.AlertSlice). */
const FIRST_LABELS = ['job', 'instance']

export function labelKey(labels: LabelSet): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => compareTexts(a, b)))
}

/** Alertmanager drops labels without a value. */
export function withoutEmpty(labels: LabelSet): LabelSet {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}

export function compareAlerts(a: LabelSet, b: LabelSet): number {
  for (const name of FIRST_LABELS) {
    const [left, right] = [a[name], b[name]]
    if (left === right) continue
    if (left === undefined) return 1
    if (right === undefined) return -1
    return compareTexts(left, right)
  }
  return compareLabels(a, b)
}

/** Fewer labels first; then the first name, by its bytes, that one has alone or with a smaller value. */
function compareLabels(a: LabelSet, b: LabelSet): number {
  const difference = Object.keys(a).length - Object.keys(b).length
  if (difference !== 0) return difference
  for (const name of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(compareTexts)) {
    const [left, right] = [a[name], b[name]]
    if (left === right) continue
    if (left === undefined) return -1
    if (right === undefined) return 1
    return compareTexts(left, right)
  }
  return 0
}

/** By bytes, as Go compares. */
function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
