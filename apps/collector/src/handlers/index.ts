// Hands each frame to the handler of its message type; a new control code is a new file and one line here.
import { CONTROL, controlCodeText, type Frame } from '@deye-hard/solarman-v5'
import type { Connection } from '../connection.ts'
import type { Parts } from '../parts.ts'
import { handleData } from './data.ts'
import { handleHeartbeat } from './heartbeat.ts'
import { handleHello } from './hello.ts'
import { handleInterim } from './interim.ts'
import { handleReport } from './report.ts'
import { handleResponse } from './response.ts'
import { handleUnknown } from './unknown.ts'
import { handleWifiInfo } from './wifi-info.ts'

export type Handler = (frame: Frame, connection: Connection, parts: Parts) => void

const HANDLERS = new Map<number, Handler>([
  [CONTROL.hello, handleHello],
  [CONTROL.data, handleData],
  [CONTROL.wifiInfo, handleWifiInfo],
  [CONTROL.heartbeat, handleHeartbeat],
  [CONTROL.report, handleReport],
  [CONTROL.response, handleResponse],
  [CONTROL.interim, handleInterim],
])

/** The guard: identity and sequence come before meaning, and a bug in a handler costs one connection, not the process. */
export function dispatch(frame: Frame, connection: Connection, parts: Parts): void {
  parts.counters.frames_received[frame.code]! += 1
  if (connection.loggerSerial !== frame.loggerSerial) parts.sessions.bind(connection, frame.loggerSerial)
  connection.noteSequence(frame.seqServer)
  if (parts.log.admits('frameReceived')) {
    parts.log.write('frameReceived', {
      ...connection.describe(),
      control_code: controlCodeText(frame.code),
      packet_size: frame.bytes.length,
    })
  }
  try {
    const handle = HANDLERS.get(frame.code) ?? handleUnknown
    handle(frame, connection, parts)
  } catch (error) {
    parts.log.write('handlerFailed', {
      ...connection.describe(),
      control_code: controlCodeText(frame.code),
      error,
    })
    connection.close('handler_error')
  }
}
