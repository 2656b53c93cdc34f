// An address that cannot be listened on, told by the settings that name it.

/** `variable` without its ending: `API` for API_HOST and API_PORT. */
export class ListenError extends Error {
  readonly code: string | undefined

  constructor(variable: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException
    super(sentenceFor(variable, code) ?? message, { cause })
    this.name = 'ListenError'
    this.code = code
  }
}

function sentenceFor(variable: string, code: string | undefined): string | null {
  if (code === 'EADDRINUSE')
    return `${variable}_PORT: the port is in use; stop the other program or choose another port.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${variable}_HOST: this machine has no such address; 127.0.0.1 is for itself, 0.0.0.0 for every network.`
  }
  if (code === 'EACCES') return `${variable}_PORT: this user may not open the port; choose one above 1023.`
  return null
}
