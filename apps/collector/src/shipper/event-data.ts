// What travels of a frame that is no measurement: facts about the logger, never SSID, MAC or the site's private address.
import type { Hello, Report, ReportRecord, Response, WifiInfo } from '@deye-hard/solarman-v5'
import { responseData } from './response-data.ts'

/** The API takes 200 values per event; real reports hold one record. */
const MAX_REPORT_RECORDS = 16

export type EventMessage = Hello | WifiInfo | Report | Response

/** Fields are named one by one, so that a new field of the decoder does not travel by accident. */
export function eventData(message: EventMessage): Record<string, unknown> {
  switch (message.type) {
    case 'hello':
      return helloData(message)
    case 'wifi_info':
      return {
        ...clockData(message),
        buffered: message.buffered,
        event_bits: message.eventBytes.toString('hex'),
        wifi_signal_percent: message.wifiSignalPercent,
      }
    case 'report':
      return {
        ...clockData(message),
        buffered: message.buffered,
        record_count: message.recordCount,
        records: message.records.slice(0, MAX_REPORT_RECORDS).map(recordData),
      }
    case 'response':
    case 'interim':
      return { ...clockData(message), ...responseData(message) }
  }
}

function helloData(hello: Hello): Record<string, unknown> {
  return {
    ...clockData(hello),
    upload_interval_min: hello.uploadIntervalMin,
    acquisition_interval_s: hello.acquisitionIntervalS,
    heartbeat_interval_s: hello.heartbeatS,
    command_or_device_count: hello.commandOrDeviceCount,
    wifi_signal_percent: hello.wifiSignalPercent,
    type_number: hello.typeNumber,
    module_version: hello.moduleVersion,
    boot_counter: hello.bootCounter,
    sensor_list_count: hello.sensorListCount,
    sensor_list_id: hello.sensorListId === null ? null : hex16(hello.sensorListId),
    system_version: hello.systemVersion,
    upgrade_method: hello.upgradeMethod,
    certificate_state: hello.certificateState,
  }
}

function clockData(clock: { frameType: number; workTimeS: number; powerOnS: number; offsetS: number }) {
  return {
    frame_type: clock.frameType,
    work_time_s: clock.workTimeS,
    power_on_s: clock.powerOnS,
    offset_s: clock.offsetS,
  }
}

function recordData(record: ReportRecord): Record<string, unknown> {
  const head = { record_type: record.recordType, record_length: record.recordLength }
  if (record.kind === 'session') {
    const { workTimeS, powerOnS, offsetS } = record.clock
    return { ...head, work_time_s: workTimeS, power_on_s: powerOnS, offset_s: offsetS }
  }
  if (record.kind === 'firmware') {
    return { ...head, changed_at_unix_s: record.change?.unixTimeS ?? null, text: record.change?.text ?? null }
  }
  return head
}

export function hex16(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
