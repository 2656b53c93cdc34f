// One service as a child process that a test can kill, end, and start again on the same ports.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const repositoryRoot = resolve(import.meta.dirname, '../../../..')
const START_TIMEOUT_MS = 60_000
const KEPT_LINES = 200

export interface Listening {
  message: 'listening'
  port: number
  http_port?: number
  metrics_port?: number
}

export class ManagedProcess {
  private readonly entry: string
  private readonly args: string[]
  private child: ChildProcess | null = null
  readonly lines: string[] = []

  constructor(entry: string, args: string[] = []) {
    this.entry = resolve(repositoryRoot, entry)
    this.args = args
  }

  /** Starts and waits for the service's `listening` line. */
  async start(env: Record<string, string>): Promise<Listening> {
    this.spawn(env)
    return (await this.waitForLine(line => line['message'] === 'listening')) as unknown as Listening
  }

  spawn(env: Record<string, string>): void {
    const nodeArgs = [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      this.entry,
      ...this.args,
    ]
    const child = spawn(process.execPath, nodeArgs, {
      cwd: repositoryRoot,
      env: { PATH: process.env['PATH'] ?? '', ...env },
    })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', line => this.keep(line))
    }
  }

  get pid(): number {
    if (!this.child?.pid) throw new Error(`${this.entry} does not run`)
    return this.child.pid
  }

  get running(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null
  }

  /** Resolves with the exit code, or null after a signal. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child
    if (!child || !this.running) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }

  async exited(): Promise<number | null> {
    if (this.child && this.running) await once(this.child, 'exit')
    return this.child?.exitCode ?? null
  }

  /** The next (or an already printed) JSON line that fits; fails with the last lines when the process ends first. */
  waitForLine(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    const child = this.child
    if (!child) throw new Error(`${this.entry} was not started`)
    return new Promise((found, failed) => {
      const timer = setTimeout(
        () => finish(new Error(this.report('printed no such line in time'))),
        START_TIMEOUT_MS,
      )
      const onExit = () => finish(new Error(this.report('ended')))
      const watcher = (text: string) => {
        const line = parse(text)
        if (line && fits(line)) finish(line)
      }
      const finish = (result: Error | Record<string, unknown>) => {
        clearTimeout(timer)
        child.off('exit', onExit)
        this.watchers.delete(watcher)
        if (result instanceof Error) failed(result)
        else found(result)
      }
      child.on('exit', onExit)
      this.watchers.add(watcher)
    })
  }

  private readonly watchers = new Set<(line: string) => void>()

  private keep(line: string): void {
    this.lines.push(line)
    if (this.lines.length > KEPT_LINES) this.lines.shift()
    for (const watcher of this.watchers) watcher(line)
  }

  private report(what: string): string {
    return `${this.entry} ${what}. Last lines:\n${this.lines.slice(-20).join('\n')}`
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
}
