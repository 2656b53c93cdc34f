// One pipeline of an action: declared variables, commands between `|`, and in each an operand or a function with its arguments.
import { FUNCTIONS } from './functions.ts'
import { type Command, type Operand, type Pipeline, TemplateFault } from './syntax.ts'
import type { Token } from './tokens.ts'

const VARIABLES_MAX = 2

export function parsePipeline(tokens: readonly Token[], names: readonly string[], line: number): Pipeline {
  const parser = new PipelineParser(tokens, names, line)
  const pipeline = parser.pipeline()
  parser.expectEnd()
  return pipeline
}

class PipelineParser {
  readonly #tokens: readonly Token[]
  readonly #names: readonly string[]
  readonly #line: number
  #at = 0

  constructor(tokens: readonly Token[], names: readonly string[], line: number) {
    this.#tokens = tokens
    this.#names = names
    this.#line = line
  }

  pipeline(): Pipeline {
    const { variables, isAssignment } = this.#declaration()
    const commands: Command[] = []
    do commands.push(this.#command(commands.length > 0))
    while (this.#takeSign('|'))
    return { variables, isAssignment, commands }
  }

  expectEnd(): void {
    this.#skipSpace()
    if (this.#at < this.#tokens.length) this.#fail('unexpected words in the action')
  }

  /** `$x :=`, `$x =`, `$i, $x :=`; without one of the signs nothing is declared. */
  #declaration(): { variables: string[]; isAssignment: boolean } {
    const start = this.#at
    const variables: string[] = []
    do {
      this.#skipSpace()
      const token = this.#tokens[this.#at]
      if (token?.kind !== 'variable') break
      variables.push(token.text)
      this.#at++
    } while (this.#takeSign(','))
    if (variables.length > 0 && this.#takeSign(':=')) return this.#declared(variables, false)
    if (variables.length > 0 && this.#takeSign('=')) return this.#declared(variables, true)
    this.#at = start
    return { variables: [], isAssignment: false }
  }

  #declared(variables: string[], isAssignment: boolean): { variables: string[]; isAssignment: boolean } {
    if (variables.length > VARIABLES_MAX) this.#fail('too many variables')
    if (isAssignment) for (const name of variables) this.#known(name)
    return { variables, isAssignment }
  }

  #command(isLater: boolean): Command {
    const operands: Operand[] = []
    for (this.#skipSpace(); this.#startsOperand(); this.#skipSpace()) operands.push(this.#operand())
    const [first] = operands
    if (first === undefined) return this.#fail('missing value in the action')
    const takesArguments = first.kind === 'function' || (first.kind !== 'literal' && first.fields.length > 0)
    if (!takesArguments && (operands.length > 1 || isLater))
      this.#fail('a value that is no function has arguments')
    return operands
  }

  #startsOperand(): boolean {
    const token = this.#tokens[this.#at]
    return token !== undefined && (token.kind !== 'sign' || token.text === '(')
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at++]!
    switch (token.kind) {
      case 'literal':
        return { kind: 'literal', value: token.value }
      case 'name':
        return this.#named(token.text)
      case 'variable':
        this.#known(token.text)
        return { kind: 'variable', name: token.text, fields: this.#fields() }
      case 'field':
        return { kind: 'dot', fields: token.text === '' ? [] : [token.text, ...this.#fields()] }
      default: {
        const pipeline = this.pipeline()
        if (!this.#takeSign(')')) this.#fail('unclosed (')
        return { kind: 'pipeline', pipeline, fields: this.#fields() }
      }
    }
  }

  #named(name: string): Operand {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' }
    if (name === 'nil') return { kind: 'literal', value: null }
    if (!FUNCTIONS.has(name)) this.#fail(`the function ${name} is not supported`)
    return { kind: 'function', name }
  }

  /** What follows without a space between. */
  #fields(): string[] {
    const fields: string[] = []
    for (let token = this.#tokens[this.#at]; token?.kind === 'field'; token = this.#tokens[this.#at]) {
      if (token.text === '') this.#fail('unexpected . after a field')
      fields.push(token.text)
      this.#at++
    }
    return fields
  }

  #known(name: string): void {
    if (!this.#names.includes(name)) this.#fail(`undefined variable ${name}`)
  }

  #takeSign(text: string): boolean {
    const before = this.#at
    this.#skipSpace()
    const token = this.#tokens[this.#at]
    if (token?.kind === 'sign' && token.text === text) {
      this.#at++
      return true
    }
    this.#at = before
    return false
  }

  #skipSpace(): void {
    while (this.#tokens[this.#at]?.kind === 'space') this.#at++
  }

  #fail(message: string): never {
    throw new TemplateFault(message, this.#line)
  }
}
