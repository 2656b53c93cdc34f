// Starts a server of a benchmark as a process of its own and waits for its line {"message":"listening"}.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  port: number
  httpPort: number
  pid: number
  stop(): Promise<void>
}

/** `file` is relative to this folder. */
export async function startServer(
  file: string,
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<ServerProcess> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', path, ...args], {
    env: { PATH: process.env.PATH, NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await firstListening(child)
  return {
    port: line.port,
    httpPort: line.http_port ?? 0,
    pid: child.pid!,
    async stop() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    },
  }
}

/** The collector as it runs in production, with an API that is away and a spool in BENCH_DIR. */
export async function startCollectorProcess(env: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'collector-bench-'))
  const server = await startServer('../src/main.ts', {
    COLLECTOR_HOST: '127.0.0.1',
    COLLECTOR_PORT: '0',
    COLLECTOR_HTTP_PORT: '0',
    API_URL: 'http://127.0.0.1:1',
    SERVICE_CLIENT_ID: 'bench',
    SERVICE_CLIENT_SECRET: 'bench-secret',
    SPOOL_DIR: folder,
    SPOOL_MAX_BYTES: '8GiB',
    DRAIN_TIMEOUT: '10ms',
    CONNECTIONS_PER_ADDRESS_MAX: '1000000',
    CONNECTIONS_MAX: '1000000',
    ...env,
  })
  return {
    ...server,
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function firstListening(child: ChildProcess): Promise<{ port: number; http_port?: number }> {
  for await (const text of createInterface({ input: child.stdout! })) {
    const line = JSON.parse(text)
    if (line.message !== 'listening') continue
    child.stdout!.resume()
    return line
  }
  throw new Error('the server ended before it listened')
}
