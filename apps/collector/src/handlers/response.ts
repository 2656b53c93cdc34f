// 0x1510: an answer to our only question, the serial-0 probe; answers get no ack (reference 3.1, 5.2).
import type { Handler } from './index.ts'

export const handleResponse: Handler = (_frame, connection, parts) => {
  if (connection.takeProbeAnswer()) parts.counters.probes_answered += 1
  // Foreign answers are normal: every socket of a logger gets every 0x1510 (reference 5.2).
}
