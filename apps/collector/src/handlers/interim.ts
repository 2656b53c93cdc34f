// 0x0510: an interim answer to a long AT command; it gets no ack (reference 2.8).
import { keepEvent } from '../receipt.ts'
import type { Handler } from './index.ts'

/** This collector sends no AT commands: some other server of this logger does, and that is worth a line of history. */
export const handleInterim: Handler = (received, connection, parts) => {
  keepEvent(received, connection, parts)
}
