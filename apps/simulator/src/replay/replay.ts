// Sends captured frames to a collector and holds each answer against the reference.
import type { TcpTarget } from '../device/tcp-dialer.ts'
import { ackProblem } from './ack-check.ts'
import type { ReplayEntry } from './entries.ts'
import { ReplayConnection } from './replay-connection.ts'

export interface ReplayOptions {
  target: TcpTarget
  entries: readonly ReplayEntry[]
  /** All good frames over one connection; else one per logger serial. */
  oneConnection: boolean
  /** How long an answer may take. */
  timeoutMs: number
  /** How long silence must last where no answer is due. */
  quietMs: number
  onResult(result: ReplayResult): void
}

export interface ReplayResult {
  name: string
  /** Bytes sent. */
  sent: number
  /** All answers in a row; null when none came. */
  ack_hex: string | null
  ok: boolean
  problem?: string
}

/** @returns true when every entry got exactly the answers it should. Rejects when nobody listens. */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const connections = new Map<string, ReplayConnection>()
  let allOk = true
  try {
    for (const entry of options.entries) {
      const connection = await connectionFor(entry, options, connections)
      const result = await replayOne(entry, connection, options)
      allOk &&= result.ok
      options.onResult(result)
      // Bytes that are no frame may have left half of one behind: nothing else goes over that connection.
      if (entry.frames.length === 0) {
        connection.close()
      }
    }
  } finally {
    for (const connection of connections.values()) {
      connection.close()
    }
  }
  return allOk
}

async function connectionFor(
  entry: ReplayEntry,
  options: ReplayOptions,
  connections: Map<string, ReplayConnection>,
): Promise<ReplayConnection> {
  const first = entry.frames[0]
  if (first === undefined) {
    return ReplayConnection.open(options.target)
  }
  const key = options.oneConnection ? 'all' : String(first.loggerSerial)
  const known = connections.get(key)
  if (known !== undefined && !known.isClosed) {
    return known
  }
  const opened = await ReplayConnection.open(options.target)
  connections.set(key, opened)
  return opened
}

async function replayOne(
  entry: ReplayEntry,
  connection: ReplayConnection,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const malformedBefore = connection.malformed
  connection.send(entry.bytes)
  const due = entry.answered.length
  const answers =
    due === 0
      ? await connection.answers(1, options.quietMs)
      : await connection.answers(due, options.timeoutMs)
  const problem =
    connection.malformed > malformedBefore
      ? 'the answer is no valid frame'
      : problemOf(entry, answers, connection.isClosed)
  return {
    name: entry.name,
    sent: entry.bytes.length,
    ack_hex: answers.length === 0 ? null : Buffer.concat(answers.map(answer => answer.bytes)).toString('hex'),
    ok: problem === null,
    ...(problem === null ? {} : { problem }),
  }
}

function problemOf(entry: ReplayEntry, answers: ReplayAnswers, closed: boolean): string | null {
  const due = entry.answered.length
  if (answers.length !== due) {
    const hungUp = closed && answers.length < due ? ', and the server hung up' : ''
    return `${due} answers are due, ${answers.length} came${hungUp}`
  }
  for (const [index, request] of entry.answered.entries()) {
    const problem = ackProblem(request, answers[index]!)
    if (problem !== null) {
      return `answer ${index + 1} ${problem}`
    }
  }
  return null
}

type ReplayAnswers = Awaited<ReturnType<ReplayConnection['answers']>>
