// Variables of a dashboard in filters: `$site` or `site` for the value that the page chose.
import { ALL_VALUES, type QueryRequest, type Refuse } from './contract.ts'
import type { Literal } from './filter-tree.ts'

type Variables = QueryRequest['variables']

/** What a list of literals stands for; `all` takes the condition away. */
export function listValues(
  literals: readonly Literal[],
  variables: Variables,
  refuse: Refuse,
): readonly Literal[] | 'all' {
  const [only] = literals
  if (literals.length !== 1 || only === undefined) return literals
  const value = variableValue(only, variables, refuse)
  if (value === undefined) return literals
  if (value === ALL_VALUES || (Array.isArray(value) && value.includes(ALL_VALUES))) return 'all'
  const values = [value].flat()
  if (values.length === 0) refuse(`variable ${only.text} has an empty list`)
  return values.map(literalOf)
}

/** Of a variable with several values, SigNoz takes the first where the operator compares with one. */
export function singleValue(literal: Literal, variables: Variables, refuse: Refuse): Literal {
  const value = variableValue(literal, variables, refuse)
  if (value === undefined) return literal
  const first = [value].flat()[0]
  if (first === undefined) refuse(`variable ${literal.text} has an empty list`)
  if (first === ALL_VALUES) refuse(`variable ${literal.text} stands for all values, which only IN can say`)
  return literalOf(first ?? '')
}

function variableValue(
  literal: Literal,
  variables: Variables,
  refuse: Refuse,
): Variables[string] | undefined {
  const { text } = literal
  const found = [text, ...(text.startsWith('$') ? [text.slice(1)] : [])].find(name =>
    Object.hasOwn(variables, name),
  )
  const named = found === undefined ? undefined : variables[found]
  if (literal.kind === 'number' || literal.kind === 'bool') return undefined
  if (named !== undefined) return named
  if (literal.kind === 'word' && text.startsWith('$')) refuse(`variable ${text} has no value`)
  return undefined
}

function literalOf(value: string | number): Literal {
  return typeof value === 'number' ? { kind: 'number', text: String(value) } : { kind: 'string', text: value }
}
