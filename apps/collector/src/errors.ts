// The closed list of reasons why a collector cannot start, each as one sentence with the way out.

export const START_ERROR_CODES = [
  'port_in_use',
  'port_forbidden',
  'address_unavailable',
  'listen_failed',
] as const
export type StartErrorCode = (typeof START_ERROR_CODES)[number]

const CODE_BY_ERRNO: Record<string, StartErrorCode> = {
  EADDRINUSE: 'port_in_use',
  EACCES: 'port_forbidden',
  EADDRNOTAVAIL: 'address_unavailable',
  ENOTFOUND: 'address_unavailable',
}

const SENTENCES: Record<StartErrorCode, (at: string, portVariable: string, hostVariable: string) => string> =
  {
    port_in_use: (at, portVariable) =>
      `Another program listens on ${at}: stop it, or choose another port with ${portVariable}.`,
    port_forbidden: (at, portVariable) =>
      `This user may not listen on ${at}: choose a port above 1023 with ${portVariable}.`,
    address_unavailable: (at, _portVariable, hostVariable) =>
      `This machine has no address ${at}: set ${hostVariable} to one that it has, or to 0.0.0.0 for all.`,
    listen_failed: (at, portVariable) => `Listening on ${at} failed; ${portVariable} chooses the port.`,
  }

/** Where it was to listen, and which variables say so. */
export interface ListenTarget {
  host: string
  port: number
  hostVariable: string
  portVariable: string
}

export class StartError extends Error {
  override readonly name = 'StartError'
  readonly code: StartErrorCode

  constructor(target: ListenTarget, cause: unknown) {
    const code = CODE_BY_ERRNO[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'listen_failed'
    super(SENTENCES[code](`${target.host}:${target.port}`, target.portVariable, target.hostVariable), {
      cause,
    })
    this.code = code
  }
}
