// Walks the tree of a template with its data and writes the text.
import { callFunction } from './functions.ts'
import {
  type Command,
  ExecutionFault,
  type Node,
  type Operand,
  type Pipeline,
  TemplateFault,
} from './syntax.ts'
import { isTrue, itemsOf, member, textOf, type Value } from './values.ts'

/** Throws a TemplateFault where Go's execution would fail. */
export function executeTemplate(nodes: readonly Node[], data: Value): string {
  const output: string[] = []
  walk(nodes, { dot: data, variables: new Variables([['$', data]]), output })
  return output.join('')
}

interface Context {
  dot: Value
  variables: Variables
  output: string[]
}

/** Inner scopes see the outer ones and may assign to them. */
class Variables {
  readonly #own: Map<string, Value>
  readonly #outer: Variables | null

  constructor(own: Iterable<[string, Value]> = [], outer: Variables | null = null) {
    this.#own = new Map(own)
    this.#outer = outer
  }

  get(name: string): Value {
    return this.#own.has(name) ? this.#own.get(name)! : (this.#outer?.get(name) ?? null)
  }

  declare(name: string, value: Value): void {
    this.#own.set(name, value)
  }

  assign(name: string, value: Value): void {
    if (this.#own.has(name) || this.#outer === null) this.#own.set(name, value)
    else this.#outer.assign(name, value)
  }
}

function walk(nodes: readonly Node[], context: Context): void {
  for (const node of nodes) {
    if (node.kind === 'text') context.output.push(node.text)
    else atLine(node.line, () => walkAction(node, context))
  }
}

function walkAction(node: Exclude<Node, { kind: 'text' }>, context: Context): void {
  const inner = { ...context, variables: new Variables([], context.variables) }
  if (node.kind === 'output') {
    const value = evaluate(node.pipeline, context)
    if (node.pipeline.variables.length === 0) context.output.push(textOf(value))
    return
  }
  if (node.kind === 'range') walkRange(node, inner)
  else walkBranch(node, inner)
}

function walkBranch(node: Extract<Node, { kind: 'branch' }>, context: Context): void {
  const value = evaluate(node.pipeline, context)
  if (!isTrue(value)) walk(node.else, context)
  else walk(node.then, node.test === 'with' ? { ...context, dot: value } : context)
}

function walkRange(node: Extract<Node, { kind: 'range' }>, context: Context): void {
  const { variables } = node.pipeline
  const items = itemsOf(evaluate({ ...node.pipeline, variables: [] }, context))
  if (items === null) throw new ExecutionFault('range over something that is no list')
  if (items.length === 0) walk(node.else, context)
  for (const [index, item] of items.entries()) {
    const scope = new Variables([], context.variables)
    if (variables.length === 2) scope.declare(variables[0]!, index)
    const name = variables.at(-1)
    if (name !== undefined) scope.declare(name, item)
    walk(node.body, { ...context, dot: item, variables: scope })
  }
}

function evaluate(pipeline: Pipeline, context: Context): Value {
  let value: Value | undefined
  for (const command of pipeline.commands) value = runCommand(command, value, context)
  const [name] = pipeline.variables
  if (name !== undefined) {
    if (pipeline.isAssignment) context.variables.assign(name, value!)
    else context.variables.declare(name, value!)
  }
  return value!
}

/** `piped` is the last argument. */
function runCommand([first, ...rest]: Command, piped: Value | undefined, context: Context): Value {
  const operand = first!
  if (operand.kind === 'function' && (operand.name === 'and' || operand.name === 'or'))
    return firstThat(operand.name === 'or', rest, piped, context)
  const parameters = rest.map(each => operandValue(each, [], context))
  return operandValue(operand, piped === undefined ? parameters : [...parameters, piped], context)
}

/** The first argument that decides, else the last; later ones are not looked at, as since Go 1.18. */
function firstThat(
  wanted: boolean,
  operands: readonly Operand[],
  piped: Value | undefined,
  context: Context,
): Value {
  let value: Value | undefined
  for (const operand of operands) {
    value = operandValue(operand, [], context)
    if (isTrue(value) === wanted) return value
  }
  const last = piped ?? value
  if (last === undefined) throw new ExecutionFault('wrong number of arguments')
  return last
}

function operandValue(operand: Operand, parameters: readonly Value[], context: Context): Value {
  switch (operand.kind) {
    case 'literal':
      return operand.value
    case 'function':
      return operand.name === 'and' || operand.name === 'or'
        ? firstThat(operand.name === 'or', [], parameters.at(-1), context)
        : callFunction(operand.name, parameters)
    case 'dot':
      return chain(context.dot, operand.fields, parameters)
    case 'variable':
      return chain(context.variables.get(operand.name), operand.fields, parameters)
    case 'pipeline':
      return chain(evaluate(operand.pipeline, context), operand.fields, parameters)
  }
}

/** Only the last of a chain takes arguments. */
function chain(start: Value, fields: readonly string[], parameters: readonly Value[]): Value {
  return fields.reduce(
    (value, name, at) => member(value, name, at === fields.length - 1 ? parameters : []),
    start,
  )
}

function atLine(line: number, run: () => void): void {
  try {
    run()
  } catch (error) {
    throw error instanceof ExecutionFault ? new TemplateFault(error.message, line) : error
  }
}
