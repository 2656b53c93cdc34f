// Values inside OTLP messages as JavaScript has them: integers of 64 bits, ids, times, attributes.
import type { Attributes, AttributeValue, Origin } from './received.ts'
import type { WireAttribute, WireLong, WireValue } from './wire-messages.ts'

const NANOS_PER_MS = 1_000_000n

export function toBigInt(long: WireLong | null | undefined): bigint {
  if (long === null || long === undefined) return 0n
  if (typeof long === 'number') return BigInt(long)
  const bits = (BigInt(long.high >>> 0) << 32n) | BigInt(long.low >>> 0)
  return long.unsigned ? bits : BigInt.asIntN(64, bits)
}

export function toNumber(long: WireLong | null | undefined): number {
  return Number(toBigInt(long))
}

/** Whole milliseconds and the rest one by one: the nanoseconds of today do not fit a number. */
export function toMs(nanos: WireLong | null | undefined): number {
  return bigNanosToMs(toBigInt(nanos))
}

export function msBetween(start: WireLong | null, end: WireLong | null): number {
  return bigNanosToMs(toBigInt(end) - toBigInt(start))
}

export function toHex(id: Uint8Array | null | undefined): string {
  return Buffer.from(id ?? []).toString('hex')
}

export function toAttributes(pairs: readonly WireAttribute[] | undefined): Attributes {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key ?? '', toValue(value)]))
}

export function toValue(any: WireValue | null | undefined): AttributeValue {
  if (any === null || any === undefined || any.value === undefined) return null
  switch (any.value) {
    case 'intValue':
      return exactInteger(toBigInt(any.intValue))
    case 'arrayValue':
      return any.arrayValue.values.map(toValue)
    case 'kvlistValue':
      return toAttributes(any.kvlistValue.values)
    case 'bytesValue':
      return toHex(any.bytesValue)
    default:
      return any[any.value]
  }
}

export function toOrigin(
  resource: { attributes: WireAttribute[] } | null | undefined,
  scope: { name: string | null } | null | undefined,
): Origin {
  const attributes = toAttributes(resource?.attributes)
  return {
    service: String(attributes['service.name'] ?? ''),
    resource: attributes,
    scope: scope?.name ?? '',
  }
}

function bigNanosToMs(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MS) + Number(nanos % NANOS_PER_MS) / Number(NANOS_PER_MS)
}

function exactInteger(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
