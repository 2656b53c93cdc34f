// `ops decode`: what captured bytes say, one JSON object per frame, with the field names of the test vectors.
import { text } from 'node:stream/consumers'
import { type Description, describeFrame, type ReadResult, readStream } from '@deye-hard/solarman-v5'
import { Argument, Command } from 'commander'
import { OpsError } from '../errors.ts'
import { EXIT } from '../exit.ts'

/** With so many bytes of a cut frame its announced length is believed (reference 1.5 rule 2). */
const PLAUSIBLE_START_BYTES = 5
/** Blanks, a `0x` before any group of digits, or one byte. */
const HEX_TOKEN = /\s+|0x|[0-9a-f]{2}/iy

const EXAMPLE = `
Prints one JSON object per line and frame. Bytes that are no frame give {"valid":false} with reason and offset, and exit code 1.
AT texts are printed as they are and may hold passwords; SSID, MAC and private addresses are left out.

Examples:
  npm run ops -- decode a501001047992b4e5dd0af004615
  xxd -p capture.bin | npm run ops -- decode -`

export function decodeCommand(): Command {
  return new Command('decode')
    .description('read Solarman V5 frames from hexadecimal text')
    .addArgument(
      new Argument('<hex...>', 'the bytes, with or without blanks and 0x; - reads them from stdin'),
    )
    .option('--json', 'one JSON object per line (the only form, so this changes nothing)')
    .addHelpText('after', EXAMPLE)
    .action(decode)
}

async function decode(hex: string[]): Promise<void> {
  const input = hex.length === 1 && hex[0] === '-' ? await text(process.stdin) : hex.join(' ')
  const descriptions = describeBytes(parseHex(input))
  process.stdout.write(descriptions.map(description => `${JSON.stringify(description)}\n`).join(''))
  if (descriptions.some(({ valid }) => !valid)) process.exitCode = EXIT.negative
}

/** @throws OpsError OPS_REFUSED naming the position of what is no hexadecimal byte. */
export function parseHex(input: string): Buffer {
  const digits: string[] = []
  HEX_TOKEN.lastIndex = 0
  while (HEX_TOKEN.lastIndex < input.length) {
    const position = HEX_TOKEN.lastIndex
    const token = HEX_TOKEN.exec(input)?.[0]
    if (token === undefined) throw new OpsError('OPS_REFUSED', refusal(input, position))
    if (/^[0-9a-f]{2}$/i.test(token)) digits.push(token)
  }
  if (digits.length === 0) {
    throw new OpsError(
      'OPS_REFUSED',
      'There are no bytes to decode: give them in hexadecimal, like a501001047….',
    )
  }
  return Buffer.from(digits.join(''), 'hex')
}

/** One description for each frame and each fault, in the order of the bytes. */
export function describeBytes(bytes: Buffer): Description[] {
  return readStream(bytes).map(describeResult)
}

function describeResult(result: ReadResult): Description {
  switch (result.kind) {
    case 'frame':
      return describeFrame(result.frame)
    case 'malformed': {
      const { reason, offset, skippedBytes } = result
      return { valid: false, reason, offset, skipped_bytes: skippedBytes }
    }
    case 'incomplete': {
      const { offset, bufferedBytes, missingBytes } = result
      const isLengthKnown = bufferedBytes >= PLAUSIBLE_START_BYTES
      return {
        valid: false,
        reason: 'incomplete',
        offset,
        ...(isLengthKnown && { declared_length: bufferedBytes + missingBytes }),
        actual_length: bufferedBytes,
        missing_bytes: missingBytes,
      }
    }
  }
}

function refusal(input: string, position: number): string {
  const before = input.slice(0, position).split('\n')
  const line = before.length
  const column = before.at(-1)!.length + 1
  const where = `position ${position + 1} (line ${line}, column ${column})`
  const character = String.fromCodePoint(input.codePointAt(position)!)
  const isDigit = /[0-9a-f]/i.test(character)
  return isDigit
    ? `The digit ${character} at ${where} has no partner: a byte is two hexadecimal digits.`
    : `${JSON.stringify(character)} at ${where} is no hexadecimal digit: give bytes like a501001047… .`
}
