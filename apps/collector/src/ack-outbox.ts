// Gathers the acks that one group commit released, so that each connection gets them in one write.

export interface AckSender {
  flushAcks(): void
}

export class AckOutbox {
  #senders: AckSender[] = []

  /** Flushes `sender` after the work at hand: the spool calls back frame by frame within one tick. */
  add(sender: AckSender): void {
    this.#senders.push(sender)
    if (this.#senders.length === 1) process.nextTick(() => this.#flush())
  }

  #flush(): void {
    const senders = this.#senders
    this.#senders = []
    for (const sender of senders) sender.flushAcks()
  }
}
