// 0x1510: an answer to our only question, the serial-0 probe, or to another server's; answers get no ack (reference 3.1, 5.2).
import { keepEvent } from '../receipt.ts'
import type { Handler } from './index.ts'

/** Foreign answers are normal: every socket of a logger gets every 0x1510 (reference 5.2). */
export const handleResponse: Handler = (received, connection, parts) => {
  if (connection.takeProbeAnswer()) parts.counters.probes_answered += 1
  keepEvent(received, connection, parts)
}
