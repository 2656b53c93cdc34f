// Runs a program of PostgreSQL as the chosen user and hands on what it says, line by line.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { RunAs } from './privileges.ts'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface RunningProgram {
  process: ChildProcess
  pid: number
  exited: Promise<Exit>
}

/** Working folder is /, since the chosen user may not enter ours. Throws when the program cannot be started at all. */
export async function startProgram(
  runAs: RunAs,
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<RunningProgram> {
  const [command, ...rest] = [...runAs.prefix, program, ...args] as [string, ...string[]]
  const child = spawn(command, rest, {
    cwd: '/',
    // A session of its own: Ctrl-C in a terminal must not stop the database before its clients have drained.
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...runAs.spawnIds,
  })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine)
  // `close` comes after the last line, `exit` may come before it.
  const exited = new Promise<Exit>(resolve => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  return { process: child, pid: child.pid as number, exited }
}

export async function runProgram(
  runAs: RunAs,
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<Exit> {
  return (await startProgram(runAs, program, args, onLine)).exited
}
