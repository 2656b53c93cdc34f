// The rule that `ops alert-test` makes and removes: as real as the others, on a metric that nobody else sends.
import { expectDone } from '../provision/refusals.ts'
import type { SigNozClient } from '../provision/signoz-client.ts'
import { RUN_LABEL, TEST_METRIC, TEST_VALUE } from './test-metric.ts'

export const TEST_ALERT = 'AlertTest'
/** Not the beginning by which `ops provision` knows its rules. */
const TEST_RULE_SOURCE = 'ops:alert-test'
const WINDOW = '5m0s'
const FREQUENCY = '5s'

export interface TestRule {
  channel: string
  /** Stands in the subject of the mail, so that it can be found. */
  run: string
  /** As a browser reaches SigNoz. */
  externalUrl: string
  /** Where runbooks can be read. */
  runbookBaseUrl: string
}

/** The id. Throws OPS_CONFIGURATION when SigNoz refuses it, for example since there is no such channel. */
export async function createTestRule(client: SigNozClient, rule: TestRule): Promise<string> {
  const answer = await client.ask<{ id: string }>('POST', '/api/v2/rules', ruleDocument(rule))
  return expectDone(client, answer, 'the test rule').id
}

export async function isFiring(client: SigNozClient, id: string): Promise<boolean> {
  const answer = await client.ask<{ state: string }>('GET', `/api/v2/rules/${id}`)
  return expectDone(client, answer, 'the question for the test rule').state === 'firing'
}

/** Also those of runs that were killed. Returns how many there were. */
export async function removeTestRules(client: SigNozClient): Promise<number> {
  const answer = await client.ask<{ id: string; source?: string }[] | null>('GET', '/api/v2/rules')
  const rules = expectDone(client, answer, 'the list of rules') ?? []
  const ours = rules.filter(({ source }) => source === TEST_RULE_SOURCE)
  for (const { id } of ours) {
    const removed = await client.ask('DELETE', `/api/v2/rules/${id}`)
    // Another run may have been quicker.
    if (removed.kind !== 'refused' || removed.status !== 404)
      expectDone(client, removed, 'to delete the test rule')
  }
  return ours.length
}

function ruleDocument({ channel, run, externalUrl, runbookBaseUrl }: TestRule): object {
  return {
    alert: TEST_ALERT,
    alertType: 'METRIC_BASED_ALERT',
    ruleType: 'threshold_rule',
    version: 'v5',
    schemaVersion: 'v2alpha1',
    source: TEST_RULE_SOURCE,
    description: 'Made by `ops alert-test`, which removes it again.',
    condition: {
      compositeQuery: {
        queryType: 'builder',
        panelType: 'graph',
        queries: [{ type: 'builder_query', spec: query(run) }],
      },
      selectedQueryName: 'A',
      thresholds: {
        kind: 'basic',
        spec: [
          {
            name: 'info',
            target: TEST_VALUE / 2,
            op: 'above',
            matchType: 'at_least_once',
            channels: [channel],
          },
        ],
      },
    },
    evaluation: { kind: 'rolling', spec: { evalWindow: WINDOW, frequency: FREQUENCY } },
    notificationSettings: {
      groupBy: [],
      usePolicy: false,
      renotify: { enabled: false, interval: '4h0m0s', alertStates: [] },
    },
    labels: { team: 'ops', service: 'alert-test' },
    annotations: {
      summary: `nothing is wrong, this is a test of alert mails (${run})`,
      impact: 'nobody is hit',
      first_step: 'nothing to do: this mail shows that mails come through',
      value: '{{$value}}',
      threshold: '{{$threshold}}',
      // The rule that does by itself, for ever, what this test does once.
      runbook_url: `${runbookBaseUrl}/Heartbeat.md`,
      dashboard_url: `${externalUrl}/dashboard`,
    },
  }
}

function query(run: string): object {
  return {
    name: 'A',
    signal: 'metrics',
    stepInterval: 60,
    aggregations: [{ metricName: TEST_METRIC, timeAggregation: 'latest', spaceAggregation: 'max' }],
    filter: { expression: `${RUN_LABEL} = '${run}'` },
  }
}
