// The tree of a template: what the parser makes and the interpreter walks.

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'output'; pipeline: Pipeline; line: number }
  | {
      kind: 'branch'
      test: 'if' | 'with'
      pipeline: Pipeline
      then: readonly Node[]
      else: readonly Node[]
      line: number
    }
  | { kind: 'range'; pipeline: Pipeline; body: readonly Node[]; else: readonly Node[]; line: number }

export interface Pipeline {
  /** `$x :=` declares, `$x =` assigns; two variables only in `range`. */
  variables: readonly string[]
  isAssignment: boolean
  commands: readonly Command[]
}

/** A function or a method with its arguments, or one value alone. */
export type Command = readonly Operand[]

export type Operand =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'function'; name: string }
  /** The value of the surrounding `with` or `range`, and fields of it: `.Labels.severity`. */
  | { kind: 'dot'; fields: readonly string[] }
  | { kind: 'variable'; name: string; fields: readonly string[] }
  | { kind: 'pipeline'; pipeline: Pipeline; fields: readonly string[] }

/** Thrown inside of this folder, a value outside: what the template language has and this interpreter has not, or a mistake. */
export class TemplateFault extends Error {
  readonly line: number

  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`)
    this.line = line
  }
}

/** What Go fails with while it executes, before the line is known. */
export class ExecutionFault extends Error {}
