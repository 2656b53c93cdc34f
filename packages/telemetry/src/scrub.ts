// Takes personal data and secrets out of free text: messages of errors are written by libraries, and may quote what they choked on.

const HIDDEN = '[redacted]'
/** E-mail addresses, JSON web tokens, credentials of an Authorization header or of a URL, MAC addresses. */
const SECRETS = [
  /[\w.%+-]+@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}/gi,
  /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi,
  /(?<=:\/\/)[^\s/@]+@/g,
  /\b(?:[\da-f]{2}[:-]){5}[\da-f]{2}\b/gi,
]
/** Where the lines of a stack begin; they hold names and paths of code. */
const FRAMES = '\n    at '

export function scrub(text: string): string {
  let clean = text
  for (const secret of SECRETS) clean = clean.replace(secret, HIDDEN)
  return clean
}

/** Only the message at its head is free text; in a path of node_modules `a@1.2.3` is no address. */
export function scrubStack(stack: string): string {
  const end = stack.indexOf(FRAMES)
  return end < 0 ? scrub(stack) : scrub(stack.slice(0, end)) + stack.slice(end)
}
