// The same request gives the same rows in lens and in SigNoz, in every column that lens has: as recorded, and from a real one where it is.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SIGNALS } from '../../src/intake/wire.ts'
import { rowsOfSigNoz, signozOf } from './ask-signoz.ts'
import { type IntakeForTests, intakeForTests, sendHttp } from './intake-for-tests.ts'
import { sampleRequests } from './sample-requests.ts'
import { STATEMENTS, type StatementName } from './stored-rows.ts'

type Rows = Record<StatementName, Record<string, unknown>[]>

const NAMES = Object.keys(STATEMENTS) as StatementName[]
const recorded: { marker: string; nowMs: number; rows: Rows } = JSON.parse(
  readFileSync(new URL('./signoz-rows.json', import.meta.url), 'utf8'),
)
const signoz = signozOf(process.env)
if (signoz === null)
  process.stdout.write(
    'signoz-parity: compared with recorded rows only; set OTLP_GRPC and CLICKHOUSE_HTTP for a real SigNoz\n',
  )

let lens: IntakeForTests
let clock = recorded.nowMs

beforeAll(async () => {
  lens = await intakeForTests({ now: () => clock })
})

afterAll(() => lens.stop())

describe('as recorded', () => {
  beforeAll(() => sendToLens(recorded.marker, recorded.nowMs))

  it.each(NAMES)('%s', async name => {
    await compare(name, recorded.marker, recorded.rows)
  })
})

// Without a real SigNoz there is nothing to ask; the line above says so.
describe.skipIf(signoz === null)('now', () => {
  const nowMs = Date.now()
  const marker = `parity-${nowMs}`
  let theirs: Rows

  beforeAll(async () => {
    clock = nowMs
    if (signoz !== null) theirs = await rowsOfSigNoz(signoz, marker, nowMs)
    await sendToLens(marker, nowMs)
  })

  it.each(NAMES)('%s', async name => {
    await compare(name, marker, theirs)
  })
})

async function sendToLens(marker: string, nowMs: number): Promise<void> {
  const requests = sampleRequests(marker, nowMs)
  for (const signal of SIGNALS) {
    const response = await sendHttp(lens.intake.ports.http, signal, JSON.stringify(requests[signal]))
    expect(response.status).toBe(200)
  }
  await lens.intake.flush()
}

async function compare(name: StatementName, marker: string, theirs: Rows): Promise<void> {
  const ours = await lens.engine.query(STATEMENTS[name](marker))
  expect(ours.length).toBeGreaterThan(0)
  expect(ours.map(readJsonText)).toEqual(theirs[name].map(readJsonText))
}

/** Order of keys inside JSON text is no difference. */
function readJsonText(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const events = (row.events as string[] | undefined)?.map(text => JSON.parse(text) as unknown)
  const links = row.links === undefined ? undefined : (JSON.parse(row.links as string) as unknown)
  return { ...row, events, links }
}
