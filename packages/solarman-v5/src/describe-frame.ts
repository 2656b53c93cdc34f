// A frame as flat fields with the names of the vectors' `expect`: what `ops decode` prints and the tests compare.

import { describeRtuAnswer, describeRtuRequest } from './describe-modbus.ts'
import { DEYE_MICRO_SENSOR_LIST, decodeDeyeMicro } from './deye-micro.ts'
import { CONTROL, controlCodeText, type Frame } from './frame.ts'
import { decodeMessage, type Message } from './message.ts'
import type { Data } from './messages/data.ts'
import type { Hello } from './messages/hello.ts'
import type { Report, ReportRecord } from './messages/report.ts'
import type { Request } from './messages/request.ts'
import type { Response } from './messages/response.ts'
import { acquiredAtUtc, type LoggerClock, utcText } from './payload-fields.ts'

export type Description = Record<string, unknown>

const CODE_NAMES = new Map<number, string>([
  [CONTROL.hello, 'handshake'],
  [CONTROL.data, 'data'],
  [CONTROL.wifiInfo, 'wifi-info'],
  [CONTROL.request, 'request'],
  [CONTROL.heartbeat, 'heartbeat'],
  [CONTROL.report, 'report'],
  [CONTROL.helloAck, 'handshake-ack'],
  [CONTROL.dataAck, 'data-ack'],
  [CONTROL.wifiInfoAck, 'wifi-info-ack'],
  [CONTROL.response, 'request-response'],
  [CONTROL.heartbeatAck, 'heartbeat-ack'],
  [CONTROL.reportAck, 'report-ack'],
  [CONTROL.interim, 'request-interim'],
])

/** Holds no SSID, MAC or private address; AT texts are included and may hold secrets: for people's eyes, not for logs. */
export function describeFrame(frame: Frame): Description {
  const { code, bytes, payload } = frame
  return {
    valid: true,
    length_total: bytes.length,
    payload_length: payload.length,
    code: controlCodeText(code),
    code_name: CODE_NAMES.get(code) ?? 'unknown',
    seq_server: frame.seqServer,
    seq_logger: frame.seqLogger,
    logger_serial: frame.loggerSerial,
    checksum: bytes[bytes.length - 2],
    ...(payload.length > 0 && { frame_type: payload[0] }),
    ...describeMessage(decodeMessage(frame), payload),
  }
}

function describeMessage(message: Message, payload: Buffer): Description {
  switch (message.type) {
    case 'hello':
      return describeHello(message)
    case 'data':
      return describeData(message, payload)
    case 'wifi_info':
      return {
        ...describeClock(message),
        acquired_at_utc: acquiredAtUtc(message),
        event_bytes: message.eventBytes.toString('hex'),
        wifi_signal_percent: message.wifiSignalPercent,
        trailer: message.trailer,
      }
    case 'report':
      return describeReport(message)
    case 'request':
      return describeRequest(message)
    case 'response':
    case 'interim':
      return describeResponse(message)
    case 'ack':
      return {
        status: message.status,
        unix_time: message.unixTimeS,
        time_utc: utcText(message.unixTimeS),
        heartbeat_s: message.heartbeatS,
      }
    case 'heartbeat':
      return {}
    case 'unknown':
      return { body_hex: payload.toString('hex') }
    case 'undecodable':
      return { undecodable: message.reason, body_hex: payload.toString('hex') }
  }
}

function describeHello(hello: Hello): Description {
  return {
    ...describeClock(hello),
    ...withoutNulls({
      upload_interval_min: hello.uploadIntervalMin,
      acquisition_interval_s: hello.acquisitionIntervalS,
      heartbeat_s: hello.heartbeatS,
      command_or_device_count: hello.commandOrDeviceCount,
      wifi_signal_percent: hello.wifiSignalPercent,
      type_number: hello.typeNumber,
      module_version: hello.moduleVersion,
      boot_counter: hello.bootCounter,
      sensor_list_count: hello.sensorListCount,
      sensor_list_id: hello.sensorListId === null ? null : wordText(hello.sensorListId),
      system_version: hello.systemVersion,
      upgrade_method: hello.upgradeMethod,
      certificate_state: hello.certificateState,
    }),
  }
}

function describeData(data: Data, payload: Buffer): Description {
  return {
    sensor_id: wordText(data.sensorListId),
    ...describeClock(data),
    status: data.status,
    record_counter: data.recordCounter,
    buffered: data.buffered,
    acquired_at_utc: acquiredAtUtc(data),
    ...(data.sensorListId === DEYE_MICRO_SENSOR_LIST
      ? describeReadings(payload)
      : { body_hex: data.body.toString('hex') }),
  }
}

function describeReadings(payload: Buffer): Description {
  const micro = decodeDeyeMicro(payload)
  if (micro.kind === 'undecodable') return { undecodable: micro.reason, body_hex: payload.toString('hex') }
  return {
    readings: {
      inverter_serial: micro.inverterSerial,
      ...micro.measured,
      ...micro.device,
      inverter_clock_local: micro.inverterClockLocal,
    },
  }
}

function describeReport(report: Report): Description {
  const [first] = report.records
  return {
    ...describeClock(report),
    acquired_at_utc: acquiredAtUtc(report),
    tlv_count: report.recordCount,
    ...(first && describeRecord(first)),
    ...(report.records.length > 1 && { records: report.records.map(describeRecord) }),
  }
}

function describeRecord(record: ReportRecord): Description {
  const head = { tlv_type: record.recordType, tlv_length: record.recordLength }
  switch (record.kind) {
    case 'session': {
      const { workTimeS, powerOnS, offsetS } = record.clock
      return { ...head, record_work_time_s: workTimeS, record_power_on_s: powerOnS, record_offset_s: offsetS }
    }
    case 'firmware': {
      const { change } = record
      const fields = change && {
        unix_time: change.unixTimeS,
        time_utc: utcText(change.unixTimeS),
        text: change.text,
      }
      return { ...head, firmware_record: fields }
    }
    case 'unknown':
      return { ...head, body_hex: record.data.toString('hex') }
  }
}

function describeRequest(request: Request): Description {
  const word = wordText(request.word)
  switch (request.content) {
    case 'modbus':
      return { sensor_id: word, modbus: describeRtuRequest(request.modbus, request.body) }
    case 'at':
      return { command_word: word, at_command: request.atCommand }
    case 'battery_unit':
      return { sensor_id: word, body_hex: request.body.toString('hex') }
  }
}

function describeResponse(response: Response): Description {
  const head = { status: response.status, ...describeClock(response) }
  switch (response.content) {
    case 'modbus':
      return { ...head, modbus: describeRtuAnswer(response.modbus, response.body) }
    case 'at':
      return { ...head, at_response: response.atResponse }
    case 'battery_unit':
      return { ...head, body_hex: response.body.toString('hex') }
  }
}

function describeClock(clock: LoggerClock): Description {
  return { work_time_s: clock.workTimeS, power_on_s: clock.powerOnS, offset_s: clock.offsetS }
}

function wordText(word: number): string {
  return `0x${word.toString(16).toUpperCase().padStart(4, '0')}`
}

function withoutNulls(fields: Description): Description {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
