// The short forms of SigNoz in annotations (signoz-contract.md 6.2), seen on a real one.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { alertText } from '../../src/alerts/alert-text.ts'
import { valueText } from '../../src/alerts/value-text.ts'

const VALUES = {
  labels: { 'site.id': '12', severity: 'warning', 'threshold.name': 'warning', '1st': 'x' },
  value: '1.53 hour',
  threshold: '1 hour',
}

test.each([
  ['{{$value}} (limit {{$threshold}})', '1.53 hour (limit 1 hour)'],
  ['{{.Value}} {{.Threshold}}', '1.53 hour 1 hour'],
  ['{{.Labels.site.id}} {{ .Labels.site.id }} $site.id {{index $labels "site.id"}}', '12 12 12 12'],
  ['{{.Labels.site_id}} {{._1st}}', '<error expanding template: line 1: there is no field or method _1st>'],
  ['{{.Labels.none}}', ''],
  // With blanks, and by the name of the variable, it is a label that nobody has.
  ['{{ $value }}|{{$labels.site.id}}|$value', '||'],
  ['costs $5', 'costs '],
  ['{{.Labels.site.id | toUpper}}', '12'],
  ['{{if eq .Labels.severity "warning"}}yes{{end}}', 'yes'],
])('%j becomes %j', (text, expected) => {
  expect(alertText(text, VALUES)).toBe(expected)
})

const { units } = JSON.parse(readFileSync(new URL('lab/units.json', import.meta.url), 'utf8')) as {
  units: [unit: string, value: number, text: string][]
}

test.each(units)('%s: %d is written "%s"', (unit, value, text) => {
  expect(valueText(value, unit)).toBe(text)
})

test('the family of words is that of the result, for the limit too', () => {
  expect(valueText(90, 'm', 's')).toBe('1.50 hour')
  expect(valueText(80, 'percent', 's')).toBe('80')
  expect(valueText(80, '', 'percent')).toBe('80')
})
