// Sends the sample requests to a real SigNoz and reads what its tables hold of them.
import { waitUntil } from '@deye-hard/testkit'
import { decodeJson } from '../../src/intake/json-request.ts'
import { REQUESTS, SIGNALS } from '../../src/intake/wire.ts'
import { sendGrpc } from './intake-for-tests.ts'
import { sampleRequests } from './sample-requests.ts'
import { STATEMENTS, type StatementName } from './stored-rows.ts'

const SETTINGS = 'output_format_json_quote_64bit_integers=1&output_format_json_escape_forward_slashes=0'

type Row = Record<string, unknown>

export interface SigNoz {
  otlpGrpc: string
  clickhouseHttp: string
}

/** Addresses as `start-signoz` of the lab prints them; null where one is missing. */
export function signozOf({ OTLP_GRPC, CLICKHOUSE_HTTP }: NodeJS.ProcessEnv): SigNoz | null {
  return OTLP_GRPC === undefined || CLICKHOUSE_HTTP === undefined
    ? null
    : { otlpGrpc: OTLP_GRPC, clickhouseHttp: CLICKHOUSE_HTTP }
}

export async function rowsOfSigNoz(
  signoz: SigNoz,
  marker: string,
  nowMs: number,
): Promise<Record<StatementName, Row[]>> {
  const requests = sampleRequests(marker, nowMs)
  for (const signal of SIGNALS) {
    const message = REQUESTS[signal].encode(decodeJson(signal, JSON.stringify(requests[signal])))
    await sendGrpc(signoz.otlpGrpc, signal, message)
  }
  const names = Object.keys(STATEMENTS) as StatementName[]
  const ask = () => Promise.all(names.map(name => askSigNoz(signoz, STATEMENTS[name](marker))))
  await waitUntil(async () => (await ask()).every(rows => rows.length > 0), { timeoutMs: 30_000 })
  const answers = await ask()
  return Object.fromEntries(names.map((name, i) => [name, answers[i]])) as Record<StatementName, Row[]>
}

async function askSigNoz({ clickhouseHttp }: SigNoz, statement: string): Promise<Row[]> {
  const response = await fetch(`${clickhouseHttp}/?${SETTINGS}`, {
    method: 'POST',
    body: `${statement} FORMAT JSONEachRow`,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Row)
}
