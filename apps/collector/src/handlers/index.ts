// Hands each frame to the handler of its message type; a new control code is a new file and one line here.
import { CONTROL, controlCodeText } from '@deye-hard/solarman-v5'
import type { Connection } from '../connection.ts'
import type { Parts } from '../parts.ts'
import type { Received } from '../received.ts'
import { handleData } from './data.ts'
import { handleHeartbeat } from './heartbeat.ts'
import { handleHello } from './hello.ts'
import { handleInterim } from './interim.ts'
import { handleReport } from './report.ts'
import { handleResponse } from './response.ts'
import { handleUnknown } from './unknown.ts'
import { handleWifiInfo } from './wifi-info.ts'

export type Handler = (received: Received, connection: Connection, parts: Parts) => void

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
export function dispatch(received: Received, connection: Connection, parts: Parts): void {
  const { frame } = received
  parts.counters.frames_received[frame.code]! += 1
  if (connection.loggerSerial !== frame.loggerSerial) parts.sessions.bind(connection, frame.loggerSerial)
  connection.noteFrame(frame)
  parts.messageTraces.begin(received, connection)
  if (parts.log.admits('frame received'))
    parts.log.debug('frame received', describe(received, connection), received.trace?.ref)
  try {
    parts.contacts.heard(frame)
    const handle = HANDLERS.get(frame.code) ?? handleUnknown
    handle(received, connection, parts)
  } catch (error) {
    parts.messageTraces.fail(received, connection, 'handler_error', error)
    const fields = { ...describe(received, connection), error }
    parts.log.error('handling a frame failed', fields, received.trace?.ref)
    parts.messageTraces.end(received, 'failed')
    connection.close('handler_error')
  }
}

function describe({ frame }: Received, connection: Connection) {
  return {
    ...connection.describe(),
    control_code: controlCodeText(frame.code),
    packet_size: frame.bytes.length,
  }
}
