// Peers that do not speak our protocol try again and again: one line for each address, as far as addresses can be remembered.

/** Beyond it they are forgotten all at once. */
const REMEMBERED_MAX = 1_000

export class ForeignPeers {
  readonly #addresses = new Set<string>()

  /** True for an address that was not seen before. */
  isNew(address: string): boolean {
    if (this.#addresses.has(address)) return false
    if (this.#addresses.size >= REMEMBERED_MAX) this.#addresses.clear()
    this.#addresses.add(address)
    return true
  }
}
