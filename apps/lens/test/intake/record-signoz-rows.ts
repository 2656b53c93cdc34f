// Writes signoz-rows.json anew from a real SigNoz: OTLP_GRPC=… CLICKHOUSE_HTTP=… node --conditions=source apps/lens/test/intake/record-signoz-rows.ts
import { writeFileSync } from 'node:fs'
import { rowsOfSigNoz, signozOf } from './ask-signoz.ts'

const signoz = signozOf(process.env)
if (signoz === null) throw new Error('OTLP_GRPC and CLICKHOUSE_HTTP are missing')
const nowMs = Math.floor(Date.now() / 1_000) * 1_000
const marker = `recorded-${nowMs}`
const rows = await rowsOfSigNoz(signoz, marker, nowMs)
const path = new URL('./signoz-rows.json', import.meta.url)
writeFileSync(
  path,
  `${JSON.stringify({ signoz: 'v0.138.0', collector: 'v0.144.7', marker, nowMs, rows }, null, 1)}\n`,
)
