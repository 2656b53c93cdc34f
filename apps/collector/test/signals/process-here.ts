// The collector as a process of its own, with a real receiver of telemetry and a real API on HTTP.
import { fileURLToPath } from 'node:url'
import { type NodeProcess, spawnNode } from '@deye-hard/testkit'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../harness.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export const SECRET = 'planted-client-secret'

export interface CollectorProcess {
  child: NodeProcess
  port: number
  /** Body of an answer of its HTTP port. */
  ask(path: string): Promise<string>
}

export async function startProcess(env: Record<string, string>): Promise<CollectorProcess> {
  const child = spawnNode(MAIN, {
    COLLECTOR_HOST: '127.0.0.1',
    COLLECTOR_PORT: '0',
    COLLECTOR_HTTP_PORT: '0',
    API_URL: 'http://127.0.0.1:1',
    SERVICE_CLIENT_ID: 'collector',
    SERVICE_CLIENT_SECRET: SECRET,
    SPOOL_DIR: temporaryFolder(),
    DRAIN_TIMEOUT: '100ms',
    DEPLOYMENT_ENVIRONMENT: 'test',
    ...env,
  })
  onTestFinished(() => child.kill('SIGKILL'))
  const { port, http_port } = await child.waitForMessage('listening')
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${http_port}${path}`)).text()
  return { child, port: port as number, ask }
}
