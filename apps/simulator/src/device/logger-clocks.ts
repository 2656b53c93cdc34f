// The three counters in a logger's frames: working time W, power-on time P and offset O (reference 2.4).

export interface ClockHead {
  workTimeS: number
  powerOnS: number
  offsetS: number
}

/**
 * W and P count real seconds at any simulator speed. Speed shortens the gaps between frames and the sun's day, but
 * the crystal stays a crystal: so W + O is the real time of the record, however fast the fleet lives, and a replay
 * after a long outage never claims to come from the future.
 */
export class LoggerClocks {
  #bootMs: number | null = null
  #workAtBootS: number
  #offsetS = 0
  readonly #nowMs: () => number

  constructor(nowMs: () => number, workTimeS: number) {
    this.#nowMs = nowMs
    this.#workAtBootS = workTimeS
  }

  /** @param aliveS seconds that the logger has already run when it first says something, 7 … 60 (reference 2.3). */
  powerOn(aliveS: number): void {
    this.#bootMs = this.#nowMs() - aliveS * 1_000
    this.#offsetS = 0
  }

  /** W does not count while the logger is down. */
  powerOff(): void {
    if (this.#bootMs !== null) {
      this.#workAtBootS = this.#wholeWorkS()
      this.#bootMs = null
    }
  }

  /** The server's time sets the offset; 0 would read as 1970. */
  follow(serverUnixS: number): void {
    this.#offsetS = Math.max(0, serverUnixS - this.#wholeWorkS())
  }

  read(): ClockHead {
    return {
      workTimeS: this.#wholeWorkS(),
      powerOnS: Math.floor(this.#aliveS()),
      offsetS: this.#offsetS,
    }
  }

  /** One floor for both counters keeps W − P constant within a boot. */
  #wholeWorkS(): number {
    return this.#workAtBootS + Math.floor(this.#aliveS())
  }

  #aliveS(): number {
    return this.#bootMs === null ? 0 : (this.#nowMs() - this.#bootMs) / 1_000
  }
}
