// How the receiver treats a call: answers it well, or in one of the ways in which a real collector fails.
import { type sendUnaryData, status } from '@grpc/grpc-js'
import type { Signal } from './received.ts'

export type Behaviour =
  | { kind: 'answer' }
  /** Every call fails with this code (`status` of grpc-js: 14 is UNAVAILABLE); nothing is kept. */
  | { kind: 'refuse'; code: status; message?: string }
  /** Calls are taken and never answered, also not after a change of behaviour; nothing is kept. */
  | { kind: 'hang' }
  /** What comes is kept at once, the answer waits for `release()`. */
  | { kind: 'hold' }
  /** Success in part: the first `items` spans, points or records of each call are not kept, and the answer says so. */
  | { kind: 'reject'; items: number; message?: string }

/** The answer as a plain message. */
export interface Answer {
  partialSuccess?: Record<string, number | string>
}

/** The count of partial success by its name in the answer of each service. */
const REJECTED_NAMES: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
}

/** Treats one call of so many items, and returns how many of them, from the first, are not to be kept. */
export function treat(
  behaviour: Behaviour,
  call: { signal: Signal; items: number; answer: sendUnaryData<Answer> },
  hold: (reply: () => void) => void,
): number {
  switch (behaviour.kind) {
    case 'answer':
      call.answer(null, {})
      return 0
    case 'refuse':
      call.answer({
        code: behaviour.code,
        details: behaviour.message ?? `refused: ${status[behaviour.code]}`,
      })
      return call.items
    case 'hang':
      return call.items
    case 'hold':
      hold(() => call.answer(null, {}))
      return 0
    case 'reject': {
      const rejected = Math.min(behaviour.items, call.items)
      const errorMessage = behaviour.message ?? ''
      call.answer(null, { partialSuccess: { [REJECTED_NAMES[call.signal]]: rejected, errorMessage } })
      return rejected
    }
  }
}
