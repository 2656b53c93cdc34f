// Frame to message: one line per control code, one file per message type (reference/solarman-v5.md 2.1).
import { CONTROL, type Frame } from './frame.ts'
import { type Ack, decodeAck } from './messages/ack.ts'
import { type Data, decodeData } from './messages/data.ts'
import { decodeHeartbeat, type Heartbeat } from './messages/heartbeat.ts'
import { decodeHello, type Hello } from './messages/hello.ts'
import { decodeReport, type Report } from './messages/report.ts'
import { decodeRequest, type Request } from './messages/request.ts'
import { decodeResponse, type Response } from './messages/response.ts'
import { decodeWifiInfo, type WifiInfo } from './messages/wifi-info.ts'
import type { Undecodable } from './undecodable.ts'

/** A control code that nobody has described; the frame itself is sound. */
export interface Unknown {
  type: 'unknown'
  code: number
}

export type Message =
  | Hello
  | Data
  | WifiInfo
  | Request
  | Response
  | Heartbeat
  | Report
  | Ack
  | Unknown
  | Undecodable

const decoders = new Map<number, (frame: Frame) => Message>([
  [CONTROL.hello, decodeHello],
  [CONTROL.data, decodeData],
  [CONTROL.wifiInfo, decodeWifiInfo],
  [CONTROL.request, decodeRequest],
  [CONTROL.heartbeat, decodeHeartbeat],
  [CONTROL.report, decodeReport],
  [CONTROL.response, decodeResponse],
  [CONTROL.interim, decodeResponse],
  [CONTROL.helloAck, decodeAck],
  [CONTROL.dataAck, decodeAck],
  [CONTROL.wifiInfoAck, decodeAck],
  [CONTROL.heartbeatAck, decodeAck],
  [CONTROL.reportAck, decodeAck],
])

/** What a verified frame says. Never throws: a payload that does not fit its code gives `undecodable`. */
export function decodeMessage(frame: Frame): Message {
  const decode = decoders.get(frame.code)
  return decode ? decode(frame) : { type: 'unknown', code: frame.code }
}
