// A real API process that sends its telemetry to a real receiver, with a database of its own.
import { join } from 'node:path'
import {
  holdAgainstSchema,
  type NodeProcess,
  type OtlpReceiver,
  type ReceivedSpan,
  spawnNode,
  startOtlpReceiver,
} from '@deye-hard/testkit'
import { afterAll } from 'vitest'
import { bearer, type Harness, openHarness, PASSWORD, type Session } from '../harness.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
/** Short, so that tests wait for little; all in milliseconds. */
const FAST_TELEMETRY = {
  OTEL_METRIC_EXPORT_INTERVAL: '200',
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_BLRP_SCHEDULE_DELAY: '20',
}

export interface Call {
  method?: string
  token?: string
  headers?: Record<string, string>
  body?: unknown
}

export interface ObservedApi {
  harness: Harness
  receiver: OtlpReceiver
  process: NodeProcess
  url: string
  metricsUrl: string
  call(path: string, call?: Call): Promise<Response>
  login(email: string): Promise<Session>
  /** A service client's token. */
  serviceToken(scopes: string[]): Promise<string>
}

/** Call at the top of a test file; inside of a test `atEnd` is `onTestFinished`, since what is left to `afterAll` there never runs. */
export async function observeApi(
  env: Record<string, string> = {},
  atEnd: (end: () => Promise<void>) => void = afterAll,
): Promise<ObservedApi> {
  const harness = await openHarness()
  const receiver = await startOtlpReceiver()
  const started = startApi(harness, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env })
  atEnd(async () => {
    started.kill('SIGKILL')
    await started.exited
    await receiver.stop()
  })
  return { harness, receiver, process: started, ...(await reach(harness, started)) }
}

export function startApi(harness: Harness, env: Record<string, string>): NodeProcess {
  const places = { API_PORT: '0', API_METRICS_PORT: '0', LOG_LEVEL: 'debug', DEPLOYMENT_ENVIRONMENT: 'test' }
  return spawnNode(MAIN, { ...harness.env(), ...places, ...FAST_TELEMETRY, ...env })
}

export async function reach(harness: Harness, started: NodeProcess) {
  const { port, metrics_port } = await started.waitForMessage('listening')
  await started.waitForMessage('database ready')
  const url = `http://127.0.0.1:${port}`
  const call = (path: string, { method, token, headers, body }: Call = {}) =>
    fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token === undefined ? {} : bearer(token)),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const answer = async (path: string, body: object) => {
    const response = await call(path, { body })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  return {
    url,
    metricsUrl: `http://127.0.0.1:${metrics_port}/metrics`,
    call,
    login: async (email: string) =>
      (await answer('/api/auth/login', { email, password: PASSWORD })) as Session,
    async serviceToken(scopes: string[]) {
      const { client_id, client_secret } = await harness.addClient(scopes)
      const token = (await answer('/api/service/token', { client_id, client_secret })) as Session
      return token.access_token
    },
  }
}

export async function endAll(processes: readonly NodeProcess[]): Promise<void> {
  for (const started of processes) started.kill('SIGKILL')
  await Promise.all(processes.map(started => started.exited))
}

/** The spans below this one, at any depth. */
export function below(receiver: OtlpReceiver, top: ReceivedSpan): ReceivedSpan[] {
  const children = receiver.spans.filter(({ parentSpanId }) => parentSpanId === top.spanId)
  return children.flatMap(child => [child, ...below(receiver, child)])
}

/** What came and is not declared, or not as it came. */
export function undeclared(receiver: OtlpReceiver): string[] {
  return holdAgainstSchema(receiver, undefined, { expectedFrom: [] })
}
