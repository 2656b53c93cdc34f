// Whether the database answers, learned from what the store's own statements come to: no extra question is asked for it.
import { isDatabaseAway } from '../database-errors.ts'

/** While others are answered, one that found no connection says that the pool is small, not that the database is away. */
const ANSWER_COUNTS_MS = 2_000

export interface DatabaseHealth {
  /** Hears how an operation of the store ended; null: well. */
  learn(error: unknown): void
  /** null before the first operation has ended. */
  answers(): boolean | null
}

/** `now` in milliseconds, of a clock that never goes back. */
export function createDatabaseHealth(now: () => number = () => performance.now()): DatabaseHealth {
  let lastAnswerMs = -Infinity
  let lastWasAway: boolean | null = null
  return {
    learn(error) {
      lastWasAway = isDatabaseAway(error)
      if (!lastWasAway) lastAnswerMs = now()
    },
    answers: () => (lastWasAway === null ? null : !lastWasAway || now() - lastAnswerMs < ANSWER_COUNTS_MS),
  }
}
