// One installation by docker compose of this clone, under a name and with values of its own; gone without a trace at the end.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../src/project.ts'

const OUTPUT_MAX_BYTES = 64 * 1024 ** 2
/** The first build fetches all dependencies. */
const COMMAND_LIMIT_MS = 900_000

export interface Ran {
  code: number
  output: string
}

export interface Container {
  service: string
  id: string
  image: string
  state: string
  exitCode: number
  health: string | null
  user: string
  isReadOnly: boolean
  memoryBytes: number
  nanoCpus: number
  addresses: string[]
}

interface Inspected {
  Id: string
  State: { Status: string; ExitCode: number; Health?: { Status: string } }
  Config: { User: string; Image: string; Labels: Record<string, string> }
  HostConfig: { ReadonlyRootfs: boolean; Memory: number; NanoCpus: number }
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}

export async function whyNoDocker(): Promise<string | null> {
  const version = await run(['compose', 'version', '--short'])
  if (version.code !== 0) return 'docker compose does not answer'
  const server = await run(['version', '--format', '{{.Server.Version}}'])
  return server.code === 0 ? null : 'no docker daemon answers'
}

/** Never throws for a command that fails: its code is the answer. */
export function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const options = {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...environment },
    maxBuffer: OUTPUT_MAX_BYTES,
    timeout: COMMAND_LIMIT_MS,
  }
  return new Promise(done => {
    execFile('docker', args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      done({ code, output: `${stdout}${stderr}` })
    })
  })
}

export class ComposeStack {
  readonly project = `deye-hard-test-${randomBytes(3).toString('hex')}`
  readonly password = `Aa1-${randomBytes(12).toString('hex')}`
  readonly #folder = mkdtempSync(join(tmpdir(), 'compose-'))
  readonly #envFile = join(this.#folder, 'env')

  constructor(values: Record<string, string> = {}) {
    const all = {
      ALERT_EMAIL_TO: 'ops@solar.test',
      SIGNOZ_PASSWORD: this.password,
      SMTP_HOST: 'mail-catcher',
      SMTP_PORT: '1025',
      SMTP_FROM: 'signoz@solar.test',
      SMTP_REQUIRE_TLS: 'false',
      DEPLOYMENT_ENVIRONMENT: 'test',
      // Any free port of loopback.
      PUBLISH_COLLECTOR: '127.0.0.1:',
      PUBLISH_API: '127.0.0.1:',
      PUBLISH_SIGNOZ: '127.0.0.1:',
      PUBLISH_HTTPS: '127.0.0.1:',
      PUBLISH_HTTP: '127.0.0.1:',
      API_DOMAIN: 'localhost',
      ...values,
    }
    writeFileSync(
      this.#envFile,
      Object.entries(all)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
  }

  compose(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
    return run(['compose', '--env-file', this.#envFile, '--project-name', this.project, ...args], environment)
  }

  /** Throws with the output when the command fails. */
  async must(args: readonly string[]): Promise<string> {
    const { code, output } = await this.compose(args)
    if (code !== 0) throw new Error(`docker compose ${args.join(' ')} ended with ${code}:\n${output}`)
    return output
  }

  exec(service: string, command: readonly string[]): Promise<Ran> {
    return this.compose(['exec', '--no-TTY', service, ...command])
  }

  /** One statement as a role, by its own password over TCP. */
  sql(role: string, secret: string, statement: string): Promise<Ran> {
    const psql = `PGPASSWORD=$(cat /run/database-secrets/${secret}_password) psql -XAt -h 127.0.0.1 -U ${role} solar -c "$0"`
    return this.exec('timescaledb', ['sh', '-c', psql, statement])
  }

  async clickhouse(statement: string): Promise<string> {
    return (await this.exec('clickhouse', ['clickhouse-client', '-q', statement])).output.trim()
  }

  /** Also those that have ended. */
  async containers(): Promise<Container[]> {
    const filter = `label=com.docker.compose.project=${this.project}`
    const ids = (await run(['ps', '--all', '--quiet', '--filter', filter])).output.trim().split('\n')
    const inspected = JSON.parse((await run(['inspect', ...ids])).output) as Inspected[]
    return inspected.map(({ Id, State, Config, HostConfig, NetworkSettings }) => ({
      service: Config.Labels['com.docker.compose.service']!,
      id: Id,
      image: Config.Image,
      state: State.Status,
      exitCode: State.ExitCode,
      health: State.Health?.Status ?? null,
      user: Config.User,
      isReadOnly: HostConfig.ReadonlyRootfs,
      memoryBytes: HostConfig.Memory,
      nanoCpus: HostConfig.NanoCpus,
      addresses: Object.values(NetworkSettings.Networks).flatMap(({ IPAddress }) => IPAddress || []),
    }))
  }

  async remove(): Promise<void> {
    await this.compose(['--profile', 'demo', '--profile', 'tools', 'down', '--volumes', '--remove-orphans'])
    rmSync(this.#folder, { recursive: true })
  }
}
