// 0x4810: facts about an earlier session or a firmware change (reference 2.7).
import { keepEvent } from '../receipt.ts'
import type { Handler } from './index.ts'

export const handleReport: Handler = (received, connection, parts) => {
  connection.ack(received)
  keepEvent(received, connection, parts)
}
