// An intake on free ports with an engine of its own, and senders for it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials } from '@grpc/grpc-js'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { type Intake, type IntakeOptions, startIntake } from '../../src/intake/intake.ts'
import type { RecordLimits } from '../../src/intake/limits.ts'
import type { QueueLimits } from '../../src/intake/queue.ts'
import { REQUESTS, RESPONSES, type Signal } from '../../src/intake/wire.ts'
import { engineOptions } from '../engine/engine-for-tests.ts'

export const RECORD: RecordLimits = {
  attributesMax: 32,
  keyMax: 100,
  valueMax: 1_000,
  bodyMax: 2_000,
  eventsMax: 10,
  aheadMs: 60_000,
  retentionMs: 86_400_000,
  seriesMax: 2_000,
  seriesPerMetricMax: 500,
}
export const QUEUE: QueueLimits = { rows: 10_000, bytes: 10_000_000, batchRows: 1_000, intervalMs: 20 }

export interface IntakeForTests {
  engine: Engine
  intake: Intake
  stop(): Promise<void>
}

export interface LimitsForTests {
  record?: Partial<RecordLimits>
  queue?: Partial<QueueLimits>
  http?: Partial<IntakeOptions['http']>
  messageMax?: number
  now?: () => number
}

export function intakeOptions(limits: LimitsForTests = {}): IntakeOptions {
  const messageMax = limits.messageMax ?? 1_000_000
  return {
    grpc: { host: '127.0.0.1', port: 0, messageMax },
    http: {
      host: '127.0.0.1',
      port: 0,
      messageMax,
      connectionsMax: 50,
      bodiesMax: 10_000_000,
      ...limits.http,
    },
    record: { ...RECORD, ...limits.record },
    queue: { ...QUEUE, ...limits.queue },
    drainMs: 5_000,
    ...(limits.now === undefined ? {} : { now: limits.now }),
  }
}

export async function intakeForTests(limits: LimitsForTests = {}): Promise<IntakeForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'lens-intake-'))
  const engine = await openEngine(engineOptions(folder))
  const intake = await startIntake(engine, intakeOptions(limits))
  return {
    engine,
    intake,
    async stop() {
      await intake.stop()
      await engine.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** In protobuf over gRPC; rejects with the ServiceError of grpc-js. */
export async function sendGrpc(
  target: string,
  signal: Signal,
  message: object | Buffer,
): Promise<Record<string, unknown>> {
  const client = new Client(target, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
  const service = {
    traces: 'trace.v1.TraceService',
    metrics: 'metrics.v1.MetricsService',
    logs: 'logs.v1.LogsService',
  }[signal]
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        `/opentelemetry.proto.collector.${service}/Export`,
        (bytes: Buffer) => bytes,
        RESPONSES[signal].decode,
        Buffer.isBuffer(message) ? message : REQUESTS[signal].encode(message),
        (error, response) => (error === null ? resolve({ ...response }) : reject(error)),
      )
    })
  } finally {
    client.close()
  }
}

export function sendHttp(
  port: number,
  signal: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
}
