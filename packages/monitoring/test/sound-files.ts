// A small set of files without a fault, made anew for each test, so that a test can spoil one thing.
import type { Monitoring, QueryEnvelope, RuleDocument, RuleFile, Threshold } from '../src/index.ts'
import { soundDashboard } from './sound-dashboard.ts'

export const RULE_ID = 'FramesRejected'

export function soundMonitoring(): Monitoring {
  return {
    dashboards: [soundDashboard()],
    rules: [soundRule()],
    thresholds: { [RULE_ID]: soundThreshold() },
    runbooks: [{ file: `alerts/runbooks/${RULE_ID}.md`, id: RULE_ID, text: soundRunbook() }],
  }
}

export function soundRule(): RuleFile {
  const input = (name: string, metricName: string): QueryEnvelope => ({
    type: 'builder_query',
    spec: {
      name,
      signal: 'metrics',
      disabled: true,
      stepInterval: 60,
      aggregations: [{ metricName, timeAggregation: 'increase', spaceAggregation: 'sum' }],
      groupBy: [{ name: 'solarman.control_code' }],
    },
  })
  const document: RuleDocument = {
    alert: RULE_ID,
    alertType: 'METRIC_BASED_ALERT',
    description: 'Too many frames are rejected.',
    compositeQuery: {
      queryType: 'builder',
      panelType: 'graph',
      unit: 'percent',
      queries: [
        input('A', 'solar.frames.rejected'),
        input('B', 'solar.frames.received'),
        { type: 'builder_formula', spec: { name: 'F1', expression: 'A / B * 100' } },
      ],
    },
    selectedQueryName: 'F1',
    op: 'above',
    matchType: 'on_average',
    groupBy: ['solarman.control_code'],
    labels: { team: 'ops' },
    annotations: {
      summary: '{{$value}} of {{.Labels.solarman.control_code}} rejected (limit {{$threshold}})',
      impact: 'Their readings are missing',
      first_step: 'Look at the log of the collector',
      dashboard: 'fleet',
    },
  }
  return { file: `alerts/rules/${RULE_ID}.json`, id: RULE_ID, document }
}

export function soundThreshold(): Threshold {
  return {
    unit: 'percent',
    window: '10m0s',
    frequency: '1m0s',
    tiers: { critical: 20, warning: 5 },
    recovery: { warning: 3 },
    about: 'Numbers for a test, in which nothing depends on them.',
  }
}

export function soundRunbook(): string {
  const text = 'One paragraph that says enough for somebody who was woken by it.'
  return `# ${RULE_ID}

## Meaning
${text} It counts \`solar.frames.rejected\`.

## Impact
${text}

## Diagnosis
${text}
\`\`\`sh
docker compose logs collector
\`\`\`

## Mitigation
${text}

## How to silence
${text}
`
}
