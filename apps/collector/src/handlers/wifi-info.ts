// 0x4310: the logger's connection log, often a burst of 0x81 records after a hello (reference 2.5).
import { keepEvent } from '../receipt.ts'
import type { Handler } from './index.ts'

export const handleWifiInfo: Handler = (received, connection, parts) => {
  connection.ack(received)
  keepEvent(received, connection, parts)
}
