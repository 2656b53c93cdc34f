// The closed list of what keeps the intake from starting.

export const INTAKE_ERROR_CODES = ['port_taken'] as const
export type IntakeErrorCode = (typeof INTAKE_ERROR_CODES)[number]

export class IntakeError extends Error {
  readonly code: IntakeErrorCode

  constructor(code: IntakeErrorCode, message: string) {
    super(message)
    this.name = 'IntakeError'
    this.code = code
  }
}
