// 0x4110: a logger starts a session, with its firmware and intervals (reference 2.3).
import { keepEvent } from '../receipt.ts'
import type { Handler } from './index.ts'

export const handleHello: Handler = (received, connection, parts) => {
  connection.ack(received)
  keepEvent(received, connection, parts)
}
