// Modbus requests and answers as fields with the names of the vectors' `expect.modbus`.
import { decodeRtuAnswer, type RtuAnswer, STATUS_VALID } from './modbus/rtu-answer.ts'
import type { RtuRequest } from './modbus/rtu-request.ts'

type Description = Record<string, unknown>

export function describeRtuRequest(request: RtuRequest, rtu: Buffer): Description {
  const head = { rtu_hex: rtu.toString('hex'), kind: kindText(request.kind) }
  switch (request.kind) {
    case 'length_mismatch':
      return head
    case 'crc_invalid':
      return { ...head, crc_ok: false }
    default: {
      const { kind: _, ...fields } = request
      return { ...head, crc_ok: true, ...fields }
    }
  }
}

export function describeRtuAnswer(answer: RtuAnswer, body: Buffer): Description {
  const head = { rtu_hex: body.toString('hex'), kind: kindText(answer.kind) }
  switch (answer.kind) {
    case 'logger_exception':
      return { ...head, logger_exception: answer.exceptionCode }
    case 'status_not_valid':
      // A person may want to see what the void body says; `kind` tells that it counts for nothing.
      return { ...describeRtuAnswer(decodeRtuAnswer(body, STATUS_VALID), body), kind: head.kind }
    case 'length_mismatch':
      return head
    case 'crc_invalid':
      return { ...head, crc_ok: false, ...describeAnswered(answer) }
    case 'other_function':
      return { ...head, crc_ok: true, ...describeAnswered(answer) }
    case 'modbus_exception':
      return { ...head, crc_ok: true, ...describeAnswered(answer), modbus_exception: answer.exceptionCode }
    case 'write':
      return {
        ...head,
        crc_ok: true,
        ...describeAnswered(answer),
        register: answer.register,
        value: answer.value,
      }
    case 'read':
      return {
        ...head,
        crc_ok: true,
        ...describeAnswered(answer),
        registers: answer.registers,
        ...(answer.allZero && { all_zero: true }),
      }
  }
}

function describeAnswered(answer: {
  slave: number
  function: number
  doubleCrc: boolean
  leadingFf: boolean
}) {
  return {
    slave: answer.slave,
    function: answer.function,
    ...(answer.doubleCrc && { double_crc: true }),
    ...(answer.leadingFf && { leading_ff: true }),
  }
}

/** The vectors write `logger-exception`. */
function kindText(kind: string): string {
  return kind.replaceAll('_', '-')
}
