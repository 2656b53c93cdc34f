// Our plans of queries against SigNoz itself: one store, the same window, the same numbers.
import {
  ALL_VALUES,
  loadMonitoring,
  type QueryRequest,
  queriesOfPanel,
  queriesOfRule,
} from '@deye-hard/monitoring'
import { waitUntil } from '@deye-hard/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/project.ts'
import { BothAnswers } from './agreement/both-answers.ts'
import { settled } from './agreement/settled.ts'
import { type Asked, SHAPES } from './agreement/shapes.ts'
import { sendTelemetry } from './agreement/telemetry.ts'
import { clientFor } from './provisioned.ts'
import { sigNozAddress } from './signoz.ts'

const { address, missing } = sigNozAddress(process.env)
const { OTLP_HTTP: otlpHttp = '', CLICKHOUSE_HTTP: clickhouse = '' } = process.env
const reason = missing ?? (otlpHttp && clickhouse ? null : 'OTLP_HTTP or CLICKHOUSE_HTTP is not set')
const MINUTE_MS = 60_000
const STORED_LIMIT_MS = 60_000
const LIMIT_MS = 180_000
/** Whole minutes so long ago that no rule of another test looks there. */
const AGE_MS = 360 * MINUTE_MS
const END_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - AGE_MS
const START_MS = END_MS - 40 * MINUTE_MS
/** No whole step, as a page asks. */
const ODD = { startMs: START_MS + 37_000, endMs: END_MS - 13_000 }
/** Panels whose events the sent telemetry has not; the others must have an answer. */
const EMPTY_MOST = 12

if (reason !== null) process.stderr.write(`The agreement of queries is not tested: ${reason}.\n`)

describe.skipIf(reason !== null)('a plan answers as SigNoz does', () => {
  const { monitoring } = loadMonitoring(PROJECT_ROOT)
  const both =
    reason === null ? new BothAnswers(clientFor(address!), clickhouse) : (null as unknown as BothAnswers)

  beforeAll(async () => {
    await sendTelemetry(otlpHttp, monitoring, { startMs: START_MS - 5 * MINUTE_MS, endMs: END_MS })
    for (const sql of STORED)
      await waitUntil(async () => Number((await both.rows(sql))[0]?.n) > 0, {
        timeoutMs: STORED_LIMIT_MS,
        what: sql,
      })
  }, LIMIT_MS)

  test(
    'for every panel and rule of the repository',
    async () => {
      const faults: string[] = []
      let empty = 0
      for (const { name, request } of [...panels(), ...rules()]) {
        const { differences, cells } = await settled(() => both.compare(request))
        if (differences.length > 0) faults.push(`${name}: ${differences.join('; ')}`)
        if (cells === 0) empty += 1
      }
      expect(faults).toEqual([])
      expect(empty).toBeLessThanOrEqual(EMPTY_MOST)
    },
    LIMIT_MS,
  )

  test(
    'for each shape of a query',
    async () => {
      const faults: string[] = []
      for (const [name, { queries, requestType = 'time_series', variables = {} }] of Object.entries(SHAPES)) {
        const request = {
          ...ODD,
          requestType,
          variables,
          queries: queries as Asked['queries'] & QueryRequest['queries'],
        }
        const { differences } = await settled(() => both.compare(request))
        if (differences.length > 0) faults.push(`${name}: ${differences.join('; ')}`)
      }
      expect(faults).toEqual([])
    },
    LIMIT_MS,
  )

  function panels(): { name: string; request: QueryRequest }[] {
    return monitoring.dashboards.flatMap(({ name, document }) => {
      const variables = Object.fromEntries(document.spec.variables.map(({ spec }) => [spec.name, ALL_VALUES]))
      return Object.entries(document.spec.panels).map(([key, panel]) => {
        const requestType = panel.spec.queries[0]!.kind as QueryRequest['requestType']
        const queries = queriesOfPanel(panel, '')
        return { name: `${name} ${key}`, request: { ...ODD, requestType, queries, variables } }
      })
    })
  }

  function rules(): { name: string; request: QueryRequest }[] {
    return monitoring.rules.map(rule => ({
      name: rule.id,
      request: {
        startMs: START_MS,
        endMs: END_MS,
        requestType: 'time_series',
        queries: queriesOfRule(rule),
        variables: {},
      },
    }))
  }
})

/** What is sent last, of each signal. */
const STORED = [
  `SELECT count() AS n FROM signoz_metrics.samples_v4 WHERE metric_name = 'agreement.updown' AND unix_milli >= ${START_MS}`,
  `SELECT count() AS n FROM signoz_traces.signoz_index_v3 WHERE serviceName = 'solar-collector' AND timestamp >= fromUnixTimestamp64Milli(${START_MS})`,
  `SELECT count() AS n FROM signoz_logs.logs_v2 WHERE resources_string['service.name'] = 'solar-collector' AND timestamp >= ${START_MS}000000`,
]
