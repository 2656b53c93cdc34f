// Why bytes of a stream are no frame: the closed list that counters, logs and `ops decode` share.

export const MALFORMED_REASONS = [
  'garbage',
  'bad_control_suffix',
  'oversized_length',
  'bad_end_byte',
  'bad_checksum',
  'tls_client_hello',
  'v4_frame',
] as const

export type MalformedReason = (typeof MALFORMED_REASONS)[number]

const TLS_HANDSHAKE_RECORD = 0x16
const TLS_MAJOR_VERSION = 0x03
const TLS_MINOR_VERSION_MAX = 0x0f
const V4_START_BYTE = 0x68

/**
 * Recognises a peer that speaks another protocol by the first bytes of its stream (reference 1.5): TLS firmware
 * `MW3_SSL_…` and V4 loggers. `need_more` while the bytes so far could still be a TLS record.
 */
export function foreignProtocol(
  first: number,
  second: number | undefined,
  third: number | undefined,
): MalformedReason | 'need_more' | null {
  if (first === V4_START_BYTE) return 'v4_frame'
  if (first !== TLS_HANDSHAKE_RECORD) return null
  if (second === undefined) return 'need_more'
  if (second !== TLS_MAJOR_VERSION) return null
  if (third === undefined) return 'need_more'
  return third <= TLS_MINOR_VERSION_MAX ? 'tls_client_hello' : null
}
