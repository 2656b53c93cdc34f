// Takes a password from the terminal without echo or from standard input, never from arguments or environment.
import { OpsError } from './errors.ts'
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password-hash.ts'

const STDIN_MAX_BYTES = 4_096
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACES = new Set(['\u007f', '\b'])
const ENTERS = new Set(['\r', '\n'])

/** Throws OPS_USAGE when it is missing, too short, too long or typed differently twice. */
export async function takePassword(subject: string): Promise<string> {
  const password = process.stdin.isTTY ? await askTwice(subject) : await readFirstLine()
  if (password === '')
    throw new OpsError(
      'OPS_USAGE',
      'No password came on standard input: type it at the prompt, or pipe it in, e.g. `pass show demo | npm run ops -- user add …`.',
    )
  const length = [...password].length
  if (length < PASSWORD_MIN_LENGTH)
    throw new OpsError(
      'OPS_USAGE',
      `The password has ${length} characters, it needs at least ${PASSWORD_MIN_LENGTH}: choose a longer one, a few words are fine.`,
    )
  if (length > PASSWORD_MAX_LENGTH)
    throw new OpsError(
      'OPS_USAGE',
      `The password has ${length} characters, at most ${PASSWORD_MAX_LENGTH} are taken: choose a shorter one.`,
    )
  return password
}

async function readFirstLine(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > STDIN_MAX_BYTES)
      throw new OpsError(
        'OPS_USAGE',
        `More than ${STDIN_MAX_BYTES} bytes came on standard input: pipe in the password alone.`,
      )
    if ((chunk as Buffer).includes(0x0a)) break
  }
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)[0]!
}

async function askTwice(subject: string): Promise<string> {
  const first = await askHidden(`Password for ${subject} (at least ${PASSWORD_MIN_LENGTH} characters): `)
  const second = await askHidden('The same again: ')
  if (first !== second)
    throw new OpsError('OPS_USAGE', 'The two passwords differ, nothing was changed: run the command again.')
  return first
}

function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt)
  process.stdin.setRawMode(true)
  process.stdin.setEncoding('utf8')
  return new Promise((done, failed) => {
    let typed = ''
    const end = (act: () => void) => {
      process.stdin.off('data', onData)
      process.stdin.setRawMode(false)
      process.stdin.pause()
      process.stderr.write('\n')
      act()
    }
    const onData = (text: string) => {
      for (const character of text) {
        if (character === CTRL_C)
          return end(() => failed(new OpsError('OPS_USAGE', 'Stopped, nothing was changed.')))
        if (ENTERS.has(character) || character === CTRL_D) return end(() => done(typed))
        if (BACKSPACES.has(character)) typed = [...typed].slice(0, -1).join('')
        else typed += character
      }
    }
    process.stdin.on('data', onData)
    process.stdin.resume()
  })
}
