// Takes personal data and secrets out of free text: messages of errors are written by libraries, and may quote what they choked on.

const HIDDEN = '[redacted]'
/** Credentials of a URL, up to the last `@` of its authority: who puts one into a password does not always encode it. */
const URL_CREDENTIALS = /(?<=:\/\/)[^\s/]+@/g
/** A header with a scheme of any name, to the end of its line, or of the text that quotes it. */
const AUTHORIZATION = /(?<=\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"'][^\r\n"']*/gi
/** `password=…`, `"client_secret":"…"`, `?access_token=…`. */
const NAMED_SECRETS =
  /(?<=\b(?:password|passwd|client_secret|(?:access|refresh|id)_token|api[_-]?key|cookie)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',;&}]+/gi
/** E-mail addresses, JSON web tokens, credentials of an Authorization header or of a URL, named secrets, MAC addresses. */
const SECRETS = [
  URL_CREDENTIALS,
  AUTHORIZATION,
  NAMED_SECRETS,
  // A local part has 64 characters at most (RFC 5321); without an end, long text would take the square of its length.
  /[\w.%+-]{1,64}@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}/gi,
  /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi,
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
