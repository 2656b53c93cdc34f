// Values inside OTLP messages: 64-bit integers, ids, and attributes as text the way the collector of OpenTelemetry writes them.
import type { WireAttribute, WireLong, WireValue } from './wire.ts'

const NANOS_PER_MS = 1_000_000n

/** What an attribute is once it is out of its message. */
export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue }

export function toBigInt(long: WireLong | null | undefined): bigint {
  if (long === null || long === undefined) return 0n
  if (typeof long !== 'object') return BigInt(long)
  const bits = (BigInt(long.high >>> 0) << 32n) | BigInt(long.low >>> 0)
  return long.unsigned ? bits : BigInt.asIntN(64, bits)
}

export function toNumber(long: WireLong | null | undefined): number {
  return typeof long === 'number' ? long : Number(toBigInt(long))
}

export function nanosToMs(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MS)
}

export function toHex(id: Uint8Array | null | undefined): string {
  return id === null || id === undefined || id.length === 0 ? '' : Buffer.from(id).toString('hex')
}

/** Integers beyond 2^53 become text: a number would lie. */
export function toPlain(value: WireValue | null | undefined): PlainValue {
  switch (value?.value) {
    case 'stringValue':
      return value.stringValue ?? ''
    case 'boolValue':
      return value.boolValue ?? false
    case 'intValue': {
      const exact = toBigInt(value.intValue)
      const number = Number(exact)
      return Number.isSafeInteger(number) ? number : String(exact)
    }
    case 'doubleValue':
      return value.doubleValue ?? 0
    case 'arrayValue':
      return (value.arrayValue?.values ?? []).map(toPlain)
    case 'kvlistValue':
      return toPlainMap(value.kvlistValue?.values ?? [])
    case 'bytesValue':
      return Buffer.from(value.bytesValue ?? []).toString('base64')
    default:
      return null
  }
}

/** Keys in order, as Go writes maps. */
function toPlainMap(attributes: readonly WireAttribute[]): { [key: string]: PlainValue } {
  const pairs = attributes.map(({ key, value }): [string, PlainValue] => [key ?? '', toPlain(value)])
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `AsString` of the collector's pdata: plain text for scalars, JSON for lists and maps. */
export function toText(value: PlainValue): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A bucket's bound as Go's FormatFloat with 'f' and precision -1 writes it: never with an exponent. */
export function boundText(bound: number): string {
  if (bound === Infinity) return '+Inf'
  if (bound === -Infinity) return '-Inf'
  const text = String(bound)
  if (!text.includes('e')) return text
  const [digits = '', exponent = '0'] = text.split('e')
  return shiftPoint(digits, Number(exponent))
}

function shiftPoint(digits: string, exponent: number): string {
  const sign = digits.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - whole.length)}${whole}${fraction}`
  return `${sign}${whole}${fraction}${'0'.repeat(exponent - fraction.length)}`
}

/** FixedString and hash: the first 64 bits of a hash as the decimal text of a UInt64. */
export function hashText(hash: Buffer): string {
  return String(hash.readBigUInt64BE(0))
}
