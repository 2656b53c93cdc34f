// The name of one line in a legend: the query's template filled with the labels of the series.

const PLACE = /\{\{\s*([^{}]+?)\s*\}\}/g

/** `fallback` is for a single line without labels. */
export function legendText(
  template: string | undefined,
  labels: Readonly<Record<string, string>>,
  fallback: string,
): string {
  if (template !== undefined && template !== '') {
    return template
      .replace(PLACE, (_, name: string) => labels[name] ?? '')
      .replace(/ {2,}/g, ' ')
      .trim()
  }
  const values = Object.entries(labels).filter(([, value]) => value !== '')
  if (values.length === 0) return fallback
  return values.map(([, value]) => value).join(' · ')
}
