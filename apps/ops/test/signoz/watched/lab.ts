// A SigNoz of its own for one test, out of the lab: an empty one, with a collector configuration and a mailbox that the test gives.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SigNozAddress } from '../signoz.ts'

const run = promisify(execFile)
/** Alerts without the delays of production. */
export const QUICK_ALERTS = {
  SIGNOZ_RULER_EVAL__DELAY: '0s',
  SIGNOZ_ALERTMANAGER_SIGNOZ_ROUTE_GROUP__WAIT: '5s',
  SIGNOZ_ALERTMANAGER_SIGNOZ_ROUTE_GROUP__INTERVAL: '15s',
  SIGNOZ_ALERTMANAGER_SIGNOZ_POLL__INTERVAL: '10s',
} as const

export interface LabOptions {
  /** The folder with start-signoz and stop-signoz. */
  lab: string
  collectorConfig: string
  otlpPort: number
  smtpPort: number
}

/** Null, with the reason, where there is no lab to start a SigNoz from. */
export function labFolder(
  environment: NodeJS.ProcessEnv,
): { lab: string; missing: null } | { lab: null; missing: string } {
  const { SIGNOZ_LAB: lab } = environment
  if (!lab) return { lab: null, missing: 'SIGNOZ_LAB, the folder with start-signoz, is not set' }
  return existsSync(join(lab, 'start-signoz'))
    ? { lab, missing: null }
    : { lab: null, missing: `${lab} has no start-signoz` }
}

export class LabSigNoz {
  readonly address: SigNozAddress
  readonly #folder: string
  readonly #lab: string

  private constructor(folder: string, lab: string, address: SigNozAddress) {
    this.#folder = folder
    this.#lab = lab
    this.address = address
  }

  static async start({ lab, collectorConfig, otlpPort, smtpPort }: LabOptions): Promise<LabSigNoz> {
    const folder = mkdtempSync(join(process.env.SIGNOZ_LAB_STATE ?? tmpdir(), 'watched-signoz-'))
    try {
      const { stdout } = await run(join(lab, 'start-signoz'), [folder, '--otel-config', collectorConfig], {
        env: {
          ...withoutSettings(process.env),
          ...QUICK_ALERTS,
          ...{ PORTS: 'free', OTLP_GRPC_PORT: String(otlpPort), SMTP_PORT: String(smtpPort) },
        },
      })
      return new LabSigNoz(folder, lab, addressIn(stdout))
    } catch (error) {
      await end(lab, folder)
      throw error
    }
  }

  /** Comes with SigNoz; plain program, version 0.20.1. */
  get exporter(): string {
    return join(this.#folder, 'signoz/bin/postgres_exporter')
  }

  /** As a crash would: all telemetry stops. */
  killCollector(): void {
    process.kill(Number(readFileSync(join(this.#folder, 'collector.pid'), 'utf8')), 'SIGKILL')
  }

  stop(): Promise<void> {
    return end(this.#lab, this.#folder)
  }
}

/** What names another SigNoz, or sets one up, is not for this one. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = (name: string) => /^(SIGNOZ|OTLP|OTEL|CLICKHOUSE|SMTP)_/.test(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isSetting(name)))
}

function addressIn(printed: string): SigNozAddress {
  const values = new Map(
    printed
      .trim()
      .split('\n')
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const value = (name: string) => values.get(name) ?? ''
  return {
    url: value('SIGNOZ_URL'),
    email: value('SIGNOZ_EMAIL'),
    password: value('SIGNOZ_PASSWORD'),
    otlp: value('OTLP_GRPC'),
  }
}

async function end(lab: string, folder: string): Promise<void> {
  await run(join(lab, 'stop-signoz'), [folder])
  rmSync(folder, { recursive: true, force: true })
}
