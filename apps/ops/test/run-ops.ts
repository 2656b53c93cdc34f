// Runs the command line as an operator does: a process of its own, with stdin, environment, exit code.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../src/project.ts'

export const OPS_ENTRY = join(PROJECT_ROOT, 'apps/ops/src/main.ts')
export const NODE_OPTIONS = ['--conditions=source', '--disable-warning=ExperimentalWarning']

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  stdin?: string
  cwd?: string
}

/** The environment is only what is given (and PATH), so that a developer's own settings do not decide. */
export function runOps(args: string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, [...NODE_OPTIONS, OPS_ENTRY, ...args], {
    cwd: options.cwd ?? PROJECT_ROOT,
    env: {
      PATH: process.env.PATH,

      LOCAL_DATA_DIR: '/nonexistent',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const finished: Finished = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    finished.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    finished.stderr += text
  })
  // A command that never reads its input closes the pipe first.
  child.stdin.on('error', () => {})
  child.stdin.end(options.stdin ?? '')
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('close', code => done({ ...finished, code }))
  })
}

/** The answer of a command that must have worked. */
export async function answerOf(args: string[], options: RunOptions = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runOps([...args, '--json'], options)
  if (code !== 0) throw new Error(`ops ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown>
}
