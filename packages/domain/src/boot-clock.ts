// Remembers the clock that each logger had in its latest boots, to date buffered records that were taken before it was set.
import { type BootOffset, bootStart, isSameBoot } from './acquisition-time.ts'

/** Records are replayed soon after the boot they belong to; a handful of boots covers a stormy evening. */
const BOOTS_PER_LOGGER = 4
/** Loggers remembered at once, about 300 bytes each. */
export const DEFAULT_MAX_LOGGERS = 200_000

interface Counters {
  workTimeS: number
  powerOnS: number
}

/**
 * Fed with W, P, O of live frames, and of type 1 reports, which carry those of an earlier session (reference 2.7).
 * The logger that was heard longest ago is forgotten first; `evicted` counts them. Feed it known loggers only.
 */
export class BootClock {
  readonly #maxLoggers: number
  readonly #boots = new Map<number, BootOffset[]>()
  #evicted = 0

  constructor(limits: { maxLoggers?: number } = {}) {
    this.#maxLoggers = limits.maxLoggers ?? DEFAULT_MAX_LOGGERS
  }

  get size(): number {
    return this.#boots.size
  }

  get evicted(): number {
    return this.#evicted
  }

  /** An offset of 0 says nothing and is ignored; within one boot the latest offset wins (it follows each ack by ±1 s). */
  observe(loggerSerial: number, record: Counters & { offsetS: number }): void {
    if (record.offsetS === 0) return
    const bootStartWorkS = bootStart(record)
    const others = this.#boots
      .get(loggerSerial)
      ?.filter(boot => !isSameBoot(boot.bootStartWorkS, bootStartWorkS))
    const boots = [{ bootStartWorkS, offsetS: record.offsetS }, ...(others ?? [])].slice(0, BOOTS_PER_LOGGER)
    this.#boots.delete(loggerSerial)
    this.#boots.set(loggerSerial, boots)
    this.#forgetOldest()
  }

  /** The clock of the boot that a record belongs to, if it is known. */
  find(loggerSerial: number, record: Counters): BootOffset | undefined {
    const start = bootStart(record)
    return this.#boots.get(loggerSerial)?.find(boot => isSameBoot(boot.bootStartWorkS, start))
  }

  /** A Map iterates in the order of insertion, and `observe` inserts anew. */
  #forgetOldest(): void {
    for (const loggerSerial of this.#boots.keys()) {
      if (this.#boots.size <= this.#maxLoggers) return
      this.#boots.delete(loggerSerial)
      this.#evicted += 1
    }
  }
}
