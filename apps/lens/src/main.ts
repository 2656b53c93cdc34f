// The process of lens: settings, one line when everything listens, and an orderly end at a signal.
import { inspect } from 'node:util'
import { ConfigError } from '@deye-hard/config'
import { EngineError } from './engine/errors.ts'
import { IntakeError } from './intake/errors.ts'
import { type Lens, startLens } from './lens.ts'
import { readLensSettings } from './settings.ts'

/** EX_CONFIG of sysexits.h, as all services of the project use it. */
const EXIT_BAD_SETTINGS = 78
const LINGER_MS = 200

process.exitCode = await main()
// Everything is closed and stored; a socket whose other end is frozen must not keep the process.
setTimeout(() => process.exit(), LINGER_MS).unref()

/** @returns the exit code. */
async function main(): Promise<number> {
  const stopped = signalled()
  try {
    const lens = await startLens(readLensSettings(process.env), (event, fields) => log('warn', event, fields))
    const { pages, otlpGrpc, otlpHttp, smtp } = lens.ports
    log('info', 'listening', {
      port: pages,
      url: lens.url,
      otlp_grpc_port: otlpGrpc,
      otlp_http_port: otlpHttp,
      smtp_port: smtp,
    })
    await stopped
    return await end(lens)
  } catch (error) {
    return report(error)
  }
}

async function end(lens: Lens): Promise<number> {
  log('info', 'stopping', {})
  await lens.stop()
  log('info', 'stopped', {})
  return 0
}

function signalled(): Promise<void> {
  return new Promise(resolve => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve())
  })
}

function report(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT_BAD_SETTINGS
  }
  const isExpected = error instanceof EngineError || error instanceof IntakeError
  log('error', 'lens cannot run', { error: isExpected ? error.message : inspect(error) })
  return 1
}

/** As the lines of the services, so that whoever started lens reads all of them in one way. */
function log(
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), message, ...fields })}\n`)
}
