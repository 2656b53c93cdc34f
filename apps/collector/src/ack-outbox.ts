// Gathers the acks that one group commit released, so that each connection gets them in one write.

export interface AckSender {
  flushAcks(): void
}

export class AckOutbox {
  #senders: AckSender[] = []

  /**
   * Flushes `sender` at the end of the event turn. Not earlier: the spool has just asked lmdb for its next commit, which
   * lmdb starts at the end of the turn too, and hundreds of socket writes before it would be time that the disk idles.
   */
  add(sender: AckSender): void {
    this.#senders.push(sender)
    if (this.#senders.length === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const senders = this.#senders
    this.#senders = []
    for (const sender of senders) sender.flushAcks()
  }
}
