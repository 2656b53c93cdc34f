// One question of a logger and the answer it hopes for: how often it asks, and how long it waits.

export type ExchangeKind = 'hello' | 'live' | 'replay' | 'wifi_info' | 'report' | 'heartbeat'

export interface Sequence {
  seqServer: number
  seqLogger: number
}

export type ExchangeOutcome =
  | { kind: 'accepted'; serverUnixS: number }
  /** All tries went by without an accepted answer. */
  | { kind: 'unanswered' }
  /** The connection ended first. */
  | { kind: 'lost' }

export interface Exchange {
  kind: ExchangeKind
  /** Called for each try, because counters and sequence move on. */
  build(sequence: Sequence): Buffer
  done(outcome: ExchangeOutcome): void
}

export interface ExchangePolicy {
  /** Byte 4 of the frame. */
  code: number
  tries: number
  waitMs: readonly [low: number, high: number]
}

/** Reference 3.4: live data three times 10.6 … 11.9 s apart; a hello about every 31 s; the rest is not repeated. */
export const EXCHANGE_POLICIES: Record<ExchangeKind, ExchangePolicy> = {
  hello: { code: 0x41, tries: 3, waitMs: [30_500, 31_500] },
  live: { code: 0x42, tries: 3, waitMs: [10_600, 11_900] },
  replay: { code: 0x42, tries: 1, waitMs: [10_600, 11_900] },
  wifi_info: { code: 0x43, tries: 1, waitMs: [10_600, 11_900] },
  report: { code: 0x48, tries: 1, waitMs: [10_600, 11_900] },
  heartbeat: { code: 0x47, tries: 1, waitMs: [10_600, 11_900] },
}

/** An answer that takes longer than this is late at any simulator speed; shorter waits would only test the disk. */
export const ANSWER_WAIT_FLOOR_MS = 1_000
