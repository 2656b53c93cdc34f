// Deadlines of many connections on one timer: a wheel of slots, each turned once per sweep interval.
// A connection stands in one slot. Traffic moves no slot: when the slot comes up the connection is asked for its real
// deadline and put further on. So a frame costs nothing here, and 100,000 idle connections cost about 300 visits a second.

const SLOTS = 512

export interface Timed {
  /** Slot it stands in; -1 outside the wheel. Written by the wheel only. */
  wheelSlot: number
  /** Does what is due and returns its next deadline in monotonic ms, or -1 when it has none any more. */
  onDeadline(nowMs: number): number
}

/** Resolution: a deadline is noticed at most two sweep intervals late, never early. */
export class DeadlineWheel {
  readonly #slots: Set<Timed>[] = Array.from({ length: SLOTS }, () => new Set())
  readonly #intervalMs: number
  /** Every tick up to this one was handled. */
  #tick: number

  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs
    this.#tick = this.#tickOf(nowMs)
  }

  /** Sets the deadline of `timed`. One that lies beyond the wheel's turn is looked at early and put further on. */
  set(timed: Timed, deadlineMs: number): void {
    this.remove(timed)
    const ahead = Math.min(Math.max(this.#tickOf(deadlineMs) + 1 - this.#tick, 1), SLOTS - 1)
    timed.wheelSlot = (this.#tick + ahead) % SLOTS
    this.#slots[timed.wheelSlot]!.add(timed)
  }

  remove(timed: Timed): void {
    if (timed.wheelSlot < 0) return
    this.#slots[timed.wheelSlot]!.delete(timed)
    timed.wheelSlot = -1
  }

  /** Handles every slot that came up since the last call. */
  sweep(nowMs: number): void {
    const target = this.#tickOf(nowMs)
    // After a standstill longer than a turn each slot is visited once, not once per missed turn.
    if (target - this.#tick > SLOTS) this.#tick = target - SLOTS
    while (this.#tick < target) {
      this.#tick += 1
      this.#turn(this.#tick % SLOTS, nowMs)
    }
  }

  #turn(slot: number, nowMs: number): void {
    const due = this.#slots[slot]!
    if (due.size === 0) return
    this.#slots[slot] = new Set()
    for (const timed of due) {
      // Handling one connection may have removed another, which then waits for nothing.
      if (timed.wheelSlot !== slot) continue
      timed.wheelSlot = -1
      const nextMs = timed.onDeadline(nowMs)
      if (nextMs >= 0) this.set(timed, nextMs)
    }
  }

  #tickOf(ms: number): number {
    return Math.floor(ms / this.#intervalMs)
  }
}
