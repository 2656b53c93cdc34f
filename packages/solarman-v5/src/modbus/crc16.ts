// CRC-16/MODBUS by table; sent low byte first.

const POLYNOMIAL = 0xa001
const INITIAL = 0xffff
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  return crc
})

export function crc16(bytes: Uint8Array): number {
  let crc = INITIAL
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!
  return crc
}

/** True when the last two bytes are the CRC of those before. */
export function hasValidCrc(rtu: Buffer): boolean {
  return rtu.length > 2 && crc16(rtu.subarray(0, -2)) === rtu.readUInt16LE(rtu.length - 2)
}
