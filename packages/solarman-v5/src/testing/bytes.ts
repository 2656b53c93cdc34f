// Builds byte strings field by field, without any code of the reader or writer: tests must not agree with a shared mistake.

export type Bytes = readonly number[]

export const u8 = (value: number): Bytes => [value & 0xff]
export const u16le = (value: number): Bytes => [value & 0xff, (value >> 8) & 0xff]
export const u16be = (value: number): Bytes => [(value >> 8) & 0xff, value & 0xff]
export const u32le = (value: number): Bytes => [
  ...u16le(value % 0x10000),
  ...u16le(Math.floor(value / 0x10000)),
]
export const u32be = (value: number): Bytes => [
  ...u16be(Math.floor(value / 0x10000)),
  ...u16be(value % 0x10000),
]
export const zeros = (count: number): Bytes => new Array<number>(count).fill(0)

/** `text` in ASCII, cut or filled with `filler` to exactly `length` bytes. */
export function ascii(text: string, length: number, filler = 0): Bytes {
  const codes = [...text].slice(0, length).map(character => character.charCodeAt(0) & 0x7f)
  return [...codes, ...new Array<number>(length - codes.length).fill(filler)]
}

/** A byte image of fixed size in which fields are placed by offset; what does not fit is cut off. */
export function place(size: number, fields: readonly (readonly [offset: number, bytes: Bytes])[]): number[] {
  const image = new Array<number>(size).fill(0)
  for (const [offset, bytes] of fields) {
    for (let index = 0; index < bytes.length && offset + index < size; index += 1) {
      image[offset + index] = bytes[index]!
    }
  }
  return image
}
