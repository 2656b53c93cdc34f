// What travels of a logger's answer: Modbus as far as it is sound, and of an AT text its length only.
import type { Response, RtuAnswer } from '@deye-hard/solarman-v5'

/** An AT text may be a Wi-Fi key or a password (reference 2.8), and the body of a battery unit is not understood. */
export function responseData(response: Response): Record<string, unknown> {
  const head = { status: response.status, content: response.content, body_bytes: response.body.length }
  return response.content === 'modbus' ? { ...head, modbus: modbusData(response.modbus) } : head
}

/** Every quirk of reference 5.2 stays visible: it says how a logger answers, and what its values are worth. */
function modbusData(answer: RtuAnswer): Record<string, unknown> {
  switch (answer.kind) {
    case 'status_not_valid':
    case 'length_mismatch':
      return { kind: answer.kind }
    case 'logger_exception':
      return { kind: answer.kind, exception_code: answer.exceptionCode }
    case 'modbus_exception':
      return { ...answeredData(answer), exception_code: answer.exceptionCode }
    case 'read':
      return { ...answeredData(answer), registers: answer.registers, all_zero: answer.allZero }
    case 'write':
      return { ...answeredData(answer), register: answer.register, value: answer.value }
    case 'other_function':
    case 'crc_invalid':
      return answeredData(answer)
  }
}

function answeredData(answer: Extract<RtuAnswer, { slave: number }>): Record<string, unknown> {
  return {
    kind: answer.kind,
    slave: answer.slave,
    function: answer.function,
    double_crc: answer.doubleCrc,
    leading_ff: answer.leadingFf,
  }
}
