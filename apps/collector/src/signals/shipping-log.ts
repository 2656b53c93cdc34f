// What the shipper, the token and the list of loggers have to tell, as log lines.
import type { Logger } from '@deye-hard/telemetry'
import type { ShipperEvent } from '../shipper/contract.ts'
import type { RegistryEvent } from '../shipper/registry.ts'
import type { TokenEvent } from '../shipper/service-token.ts'

export type ShippingEvent = ShipperEvent | RegistryEvent | TokenEvent

type Of<K extends ShippingEvent['kind']> = Extract<ShippingEvent, { kind: K }>
type Write<K extends ShippingEvent['kind']> = (log: Logger, event: Of<K>) => void

const LINES: { [K in ShippingEvent['kind']]: Write<K> } = {
  batch_shipped: (log, { batchId, messages, durationMs }) =>
    log.info('batch shipped', {
      batch_id: batchId,
      measurement_count: messages,
      duration_ms: Math.round(durationMs),
    }),
  batch_failed: (log, { error, failures, pauseMs, status, detail, batchId }) =>
    log.warn('a batch was not taken by the API', {
      reason: error,
      failures,
      pause_ms: pauseMs,
      status,
      detail,
      batch_id: batchId,
    }),
  recovered: (log, { failures }) => log.info('the API takes batches again', { failures }),
  message_dead: (log, { seq, loggerSerial, detail }) =>
    log.error('neither the API nor the decoder takes a message', {
      seq,
      logger_serial: loggerSerial,
      detail,
    }),
  list_refreshed: (log, { loggers }) => log.info('logger list refreshed', { loggers }),
  list_not_refreshed: (log, { error }) => log.warn('logger list not refreshed', { reason: error }),
  token_refreshed: log => log.info('service token refreshed'),
  token_not_refreshed: (log, { error, status }) =>
    log.warn('service token not refreshed', { reason: error, status }),
}

/** Called inside the span of what it tells about, so that the line has its trace. */
export function writeShippingLine(log: Logger, event: ShippingEvent): void {
  const write = LINES[event.kind] as Write<ShippingEvent['kind']>
  write(log, event)
}
