// The errors that commands end with: a stable code, the exit code it maps to, and one sentence with the way out.
import { EXIT, type ExitCode } from './exit.ts'

export const OPS_ERROR_EXITS = {
  OPS_REFUSED: EXIT.negative,
  OPS_NOT_FOUND: EXIT.negative,
  OPS_NOT_READY: EXIT.negative,
  OPS_USAGE: EXIT.usage,
  OPS_UNAVAILABLE: EXIT.unavailable,
  OPS_CONFIGURATION: EXIT.configuration,
} as const satisfies Record<string, ExitCode>

export type OpsErrorCode = keyof typeof OPS_ERROR_EXITS

export class OpsError extends Error {
  override readonly name = 'OpsError'
  readonly code: OpsErrorCode

  constructor(code: OpsErrorCode, sentence: string, options?: { cause?: unknown }) {
    super(sentence, options)
    this.code = code
  }

  get exitCode(): ExitCode {
    return OPS_ERROR_EXITS[this.code]
  }
}
