// 0x4710: sign of life, one byte of payload; the ack carries the time and nothing is kept (reference 2.6).
import type { Handler } from './index.ts'

export const handleHeartbeat: Handler = (received, connection) => {
  connection.ack(received)
}
