// A queue of fixed size that makes room by forgetting its oldest item.

export class RingBuffer<T> {
  readonly capacity: number
  readonly #items: (T | undefined)[] = []
  #head = 0
  #size = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  /** False when the oldest item had to go for it. */
  push(item: T): boolean {
    this.#items[(this.#head + this.#size) % this.capacity] = item
    if (this.#size < this.capacity) {
      this.#size += 1
      return true
    }
    this.#head = (this.#head + 1) % this.capacity
    return false
  }

  /** The oldest items, at most so many. */
  take(count: number): T[] {
    const taken = Math.min(count, this.#size)
    const items = new Array<T>(taken)
    for (let position = 0; position < taken; position += 1) {
      items[position] = this.#items[this.#head] as T
      this.#items[this.#head] = undefined
      this.#head = (this.#head + 1) % this.capacity
    }
    this.#size -= taken
    return items
  }

  /** Puts back what was taken last, before the others; returns how many of the oldest found no room. */
  putBack(items: readonly T[]): number {
    const kept = Math.min(items.length, this.capacity - this.#size)
    for (let position = items.length - 1; position >= items.length - kept; position -= 1) {
      this.#head = (this.#head + this.capacity - 1) % this.capacity
      this.#items[this.#head] = items[position]
    }
    this.#size += kept
    return items.length - kept
  }
}
