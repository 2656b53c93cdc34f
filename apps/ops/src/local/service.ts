// One service of the local stack as a child process: started, watched, started again when it dies, stopped in order.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { OpsError } from '../errors.ts'
import { PROJECT_ROOT } from '../project.ts'
import { ServiceLog } from './service-log.ts'

const READY_TIMEOUT_MS = 60_000
const RESTART_FIRST_MS = 500
const RESTART_MAX_MS = 10_000
/** A service that ran this long has earned a quick restart again. */
const STABLE_AFTER_MS = 30_000
const REPORTED_LINES = 5
const OTHER_PORTS = ['http_port', 'metrics_port', 'otlp_grpc_port', 'otlp_http_port'] as const

export interface Listening {
  port: number
  http_port?: number
  metrics_port?: number
  otlp_grpc_port?: number
  otlp_http_port?: number
}

export type ServiceName = 'api' | 'collector' | 'simulator' | 'lens'

export interface ServiceSpec {
  name: ServiceName
  /** Options of Node itself. */
  nodeArgs?: readonly string[]
  entry: string
  args: (listening: Listening | null) => string[]
  /** Given the ports of the first start, so that a restart keeps them. */
  env: (listening: Listening | null) => Record<string, string | undefined>
  /** False for the simulator: it has nothing to listen on and no state worth a restart. */
  listens: boolean
  logsDir: string
  /** Gets each line of stdout; true means that it was consumed and does not go to the log. */
  onLine?: (line: string) => boolean
  notice: (text: string) => void
}

/** `away`: taken away on purpose for a while, which is no crash. */
export type ServiceState = 'starting' | 'running' | 'restarting' | 'away' | 'dead' | 'stopped'

export class Service {
  readonly spec: ServiceSpec
  readonly log: ServiceLog
  state: ServiceState = 'starting'
  listening: Listening | null = null
  restarts = 0
  #child: ChildProcess | null = null
  #exited: Promise<void> = Promise.resolve()
  #backoffMs = RESTART_FIRST_MS
  #startedAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(spec: ServiceSpec) {
    this.spec = spec
    this.log = new ServiceLog(join(spec.logsDir, `${spec.name}.log`))
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves when it listens. Throws OPS_UNAVAILABLE with its last lines when it ends before, or takes too long. */
  async start(): Promise<Listening | null> {
    const outcome = await this.#launch()
    if (outcome !== 'ready') {
      await this.kill()
      throw new OpsError(
        'OPS_UNAVAILABLE',
        `The ${this.spec.name} did not start (${outcome}): its log is ${this.log.path}, its last lines are\n${this.#quoteLog(REPORTED_LINES)}`,
      )
    }
    return this.listening
  }

  /** SIGTERM, and after `graceMs` SIGKILL; what is acked is on disk by then, so force loses nothing. */
  async stop(graceMs: number): Promise<'stopped' | 'killed'> {
    this.state = 'stopped'
    clearTimeout(this.#timer)
    this.#child?.kill('SIGTERM')
    const stopped = await withinMs(
      graceMs,
      this.#exited.then(() => true),
    )
    if (!stopped) await this.kill()
    this.log.close()
    return stopped ? 'stopped' : 'killed'
  }

  /** Until `comeBack`; counts as no restart. Nothing happens to one that has been stopped. */
  async takeAway(graceMs: number): Promise<void> {
    if (this.state === 'stopped' || this.state === 'dead') return
    this.state = 'away'
    clearTimeout(this.#timer)
    this.#child?.kill('SIGTERM')
    const ended = await withinMs(
      graceMs,
      this.#exited.then(() => true),
    )
    if (!ended) this.#child?.kill('SIGKILL')
    await this.#exited
  }

  /** On its ports of before. One that does not start then is tried again like one that died. */
  async comeBack(): Promise<void> {
    if (this.state !== 'away') return
    this.state = 'restarting'
    const outcome = await this.#launch()
    if (outcome !== 'ready' && this.#isRestarting) this.#restartLater(outcome)
  }

  async kill(): Promise<void> {
    this.state = 'stopped'
    clearTimeout(this.#timer)
    this.#child?.kill('SIGKILL')
    await this.#exited
  }

  async #launch(): Promise<string> {
    const { spec } = this
    // A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop the services in order.
    const child = spawn(
      process.execPath,
      [
        '--conditions=source',
        '--disable-warning=ExperimentalWarning',
        ...(spec.nodeArgs ?? []),
        spec.entry,
        ...spec.args(this.listening),
      ],
      { cwd: PROJECT_ROOT, env: spec.env(this.listening), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    )
    this.#child = child
    this.#startedAt = Date.now()
    let becomeReady = () => {}
    const ready = new Promise<'ready'>(done => {
      becomeReady = () => done('ready')
    })
    createInterface({ input: child.stderr }).on('line', line => this.log.write(line))
    createInterface({ input: child.stdout }).on('line', line => {
      if (spec.onLine?.(line) !== true) this.log.write(line)
      if (!spec.listens || this.#readListening(line)) becomeReady()
    })
    const ended = this.#watch(child)
    const outcome = await withinMs(READY_TIMEOUT_MS, Promise.race([ready, ended]))
    if (outcome === 'ready' && (this.state === 'starting' || this.state === 'restarting'))
      this.state = 'running'
    if (outcome !== undefined) return outcome
    // Two of a kind would fight over port and spool.
    child.kill('SIGKILL')
    await ended
    return `nothing heard within ${READY_TIMEOUT_MS / 1000} s`
  }

  /** Says how it ended. `close` comes after the last line, `exit` may come before it. */
  #watch(child: ChildProcess): Promise<string> {
    const ended = new Promise<string>(done => {
      child.once('error', error => done(error.message))
      child.once('close', (code, signal) => done(signal ? `ended by ${signal}` : `exit code ${code}`))
    })
    this.#exited = ended.then(how => {
      if (this.state !== 'running') return
      if (this.spec.listens) this.#restartLater(how)
      else {
        this.state = 'dead'
        this.spec.notice(`The ${this.spec.name} died (${how}) and stays so: ${this.#quoteLog(1).trim()}`)
      }
    })
    return ended
  }

  #restartLater(how: string): void {
    this.state = 'restarting'
    if (Date.now() - this.#startedAt > STABLE_AFTER_MS) this.#backoffMs = RESTART_FIRST_MS
    const waitMs = this.#backoffMs
    this.#backoffMs = Math.min(RESTART_MAX_MS, waitMs * 2)
    this.spec.notice(
      `The ${this.spec.name} died (${how}), starting it again in ${waitMs / 1000} s: ${this.#quoteLog(1).trim()}`,
    )
    this.#timer = setTimeout(async () => {
      this.restarts += 1
      const outcome = await this.#launch()
      if (outcome !== 'ready' && this.#isRestarting) this.#restartLater(outcome)
    }, waitMs)
  }

  /** Asked after a wait, in which it may have been stopped. */
  get #isRestarting(): boolean {
    return this.state === 'restarting'
  }

  #readListening(line: string): boolean {
    const event = parseObject(line)
    if (event?.message !== 'listening' || typeof event.port !== 'number') return false
    const more = OTHER_PORTS.flatMap(name => (typeof event[name] === 'number' ? [[name, event[name]]] : []))
    this.listening = { port: event.port, ...Object.fromEntries(more) }
    return true
  }

  #quoteLog(count: number): string {
    const lines = this.log.lastLines(count)
    return lines.length === 0 ? '  (it said nothing)' : lines.map(line => `  ${line}`).join('\n')
  }
}

export function parseObject(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    // A line of text that happens to start with a brace: it goes to the log like any other.
    return null
  }
}

/** undefined when the time is over. */
async function withinMs<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(done => {
    timer = setTimeout(() => done(undefined), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
