// Runs one of our programs as a real process: environment in, lines out, killed by its id.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const DEFAULT_LIMIT_MS = 15_000

export interface ProcessExit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface NodeProcess {
  pid: number
  /** Standard output, line by line, as far as it came. */
  stdout: string[]
  stderr: string[]
  /** The first line of stdout that fits, also one that came already. Throws when the process ends or the time is over. */
  waitForLine(fits: RegExp | ((line: string) => boolean), timeoutMs?: number): Promise<string>
  /** The first JSON line of stdout whose `message` is this one. */
  waitForMessage(message: string, timeoutMs?: number): Promise<Record<string, unknown>>
  write(text: string): void
  endInput(): void
  kill(signal: NodeJS.Signals): void
  exited: Promise<ProcessExit>
}

/** The environment is exactly `env` and PATH: nothing of the test run leaks in. */
export function spawnNode(
  entry: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): NodeProcess {
  const child = spawn(process.execPath, ['--conditions=source', entry, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const news = new EventEmitter()
  news.setMaxListeners(0)
  const stdout: string[] = []
  const stderr: string[] = []
  let ended = false
  createInterface({ input: child.stdout }).on('line', line => {
    stdout.push(line)
    news.emit('news')
  })
  createInterface({ input: child.stderr }).on('line', line => stderr.push(line))
  child.stdin.on('error', () => {}) // it ended before it read everything
  const exited = new Promise<ProcessExit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      ended = true
      news.emit('news')
      resolve({ code, signal })
    })
  })

  async function waitForLine(fits: RegExp | ((line: string) => boolean), timeoutMs = DEFAULT_LIMIT_MS) {
    const test = fits instanceof RegExp ? (line: string) => fits.test(line) : fits
    const timer = new AbortController()
    const late = delay(timeoutMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const)
    try {
      for (let seen = 0; ; ) {
        for (; seen < stdout.length; seen += 1)
          if (test(stdout[seen] as string)) return stdout[seen] as string
        if (ended) throw new Error(`${entry} ended before the line came; stderr: ${stderr.join('\n')}`)
        const next = await Promise.race([once(news, 'news'), late])
        if (next === 'late')
          throw new Error(`${entry} wrote no such line within ${timeoutMs} ms; stderr: ${stderr.join('\n')}`)
      }
    } finally {
      timer.abort()
    }
  }

  return {
    pid: child.pid ?? -1,
    stdout,
    stderr,
    waitForLine,
    waitForMessage: async (message, timeoutMs) =>
      JSON.parse(await waitForLine(line => parseLine(line)?.message === message, timeoutMs)),
    write: text => {
      child.stdin.write(text)
    },
    endInput: () => {
      child.stdin.end()
    },
    kill: signal => {
      child.kill(signal)
    },
    exited,
  }
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null
  }
}
