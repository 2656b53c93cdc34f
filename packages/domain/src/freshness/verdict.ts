// What is said of one logger, and why; the lists are closed, because gauges and pages are made from them.
import type { FreshnessLogger } from './logger.ts'
import type { Light } from './neighbours.ts'

export const LOGGER_STATES = ['live', 'asleep', 'late', 'missing', 'never_seen'] as const
export type LoggerState = (typeof LOGGER_STATES)[number]

export const STATE_REASONS = {
  live: ['heard'],
  asleep: [
    /** Night for it, after an ordinary evening. */
    'night',
    /** Night for it, and it was silent already when its last day ended. */
    'night_unheard',
    /** Its time has just come; a few intervals are left to it. */
    'waking',
    /** The sun does not get as high as it needs today. */
    'sun_too_low',
    'polar_night',
    /** Weak light, and its neighbours are silent too. */
    'dark_day',
    /** Other coordinates than where it was heard last; it has a day to speak there. */
    'moved',
    /** Registered without coordinates: nothing can be expected of it. */
    'no_place',
  ],
  late: [
    'overdue',
    /** Overdue, but its light may be too weak: no neighbour can tell, or they needed more sun than usual too. */
    'weak_light',
    /** We were not listening, or our clock leapt: its silence has only begun to count. */
    'just_listening',
  ],
  missing: ['silent_in_daylight', 'silent_though_always_on'],
  never_seen: ['never_heard'],
} as const satisfies Record<LoggerState, readonly string[]>
export type StateReason = (typeof STATE_REASONS)[LoggerState][number]

/** Where the expectation comes from; the first three speak day and night. */
export const EXPECTATIONS = ['battery', 'mains', 'learned_always_on', 'learned', 'default'] as const
export type Expectation = (typeof EXPECTATIONS)[number]

export interface Verdict {
  loggerSerial: number
  siteId: FreshnessLogger['siteId']
  state: LoggerState
  reason: StateReason
  /** It should be speaking now; what the fleet's gauges count. */
  expected: boolean
  /** Latest message, ms; never in the future. */
  heardMs: number | null
  /** Silence counts from here: latest message, begin of its time today, or of our listening; ms. Null: not expected. */
  silentSinceMs: number | null
  /** Its time to speak on this solar day, ms; null: none today, or day and night. */
  awakeFromMs: number | null
  awakeUntilMs: number | null
  /** Height of the sun now, degrees; null without coordinates. */
  sunDeg: number | null
  expectation: Expectation
  /** Heights of the sun at which it usually speaks first and last, degrees. */
  wakeDeg: number
  sleepDeg: number
  daysKnown: number
  /** Asked only about overdue loggers that live on sunlight. */
  neighbours: { light: Light; others: number; speaking: number } | null
}
