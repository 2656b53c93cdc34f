// Formulas of a request: what they may name, and their answers from those of their inputs.
import { inputsOf, type PlacedQuery, stepSeconds } from '../placed-query.ts'
import type { EventQuery, MetricQuery, QueryEnvelope } from '../shapes/query.ts'
import type { Answer, QueryRequest, Refuse, Series } from './contract.ts'
import { resultNames } from './event-query.ts'
import { evaluateFormula, seriesOfTable } from './formula.ts'
import { type Expression, readExpression, referencesOf } from './formula-expression.ts'
import { applyFunctions, checkFunctions } from './functions.ts'
import { cellOf, ordered, RESULT_KEY } from './series.ts'
import { eventStep, metricStep } from './step.ts'

export type FormulaEnvelope = Extract<QueryEnvelope, { type: 'builder_formula' }>

/** Of these nothing is 0, so that a missing point is a number. */
const COUNTING_TIMES = new Set(['count', 'count_distinct', 'rate', 'increase'])
const COUNTING_CALLS = /^(count|count_distinct|sum|rate)\(/i
const SECOND_MS = 1_000

export function isFormula(envelope: QueryEnvelope): envelope is FormulaEnvelope {
  return envelope.type === 'builder_formula'
}

export function prepareFormula({ spec }: FormulaEnvelope, request: QueryRequest, refuse: Refuse): void {
  const expression = readExpression(spec.expression)
  checkFunctions(spec.functions, refuse)
  if (request.requestType === 'raw') refuse('a formula has no list')
  if (spec.having !== undefined && spec.having.expression !== '')
    refuse('having of a formula: SigNoz ignores it')
  if (request.requestType === 'scalar' && (spec.functions ?? []).length > 0)
    refuse('functions of a formula: SigNoz ignores them for one number')
  if (spec.functions?.some(({ name }) => name === 'timeShift'))
    refuse('timeShift of a formula: SigNoz moves its points and not its window')
  if (typeof expression === 'string') refuse(`formula ${expression}`)
  else for (const reference of new Set(referencesOf(expression))) refuseReference(reference, request, refuse)
}

export function answerFormulas(
  formulas: readonly FormulaEnvelope[],
  request: QueryRequest,
  answers: Map<string, Answer>,
): void {
  const inputs = new Map(answers)
  for (const formula of formulas) answers.set(formula.spec.name, answer(formula, request, inputs))
}

function refuseReference(reference: string, { queries }: QueryRequest, refuse: Refuse): void {
  const [name, part = '0'] = reference.split('.') as [string, string?]
  const input = queries.find(({ spec }) => spec.name === name)
  if (input === undefined) refuse(`formula names ${name}, and there is no such query`)
  else if (isFormula(input)) refuse(`formula names the formula ${name}; expected queries`)
  else if (partIndex(input, part) === undefined)
    refuse(`formula names ${reference}, and ${name} has no such aggregation`)
}

function partIndex(input: QueryEnvelope, part: string): number | undefined {
  if (input.type !== 'builder_query') return part === '0' ? 0 : undefined
  if (input.spec.signal === 'metrics') return part === '0' ? 0 : undefined
  return resultNames(input.spec).get(part)
}

function answer(
  formula: FormulaEnvelope,
  request: QueryRequest,
  answers: ReadonlyMap<string, Answer>,
): Answer {
  const { spec } = formula
  const expression = readExpression(spec.expression) as Expression
  const references = [...new Set(referencesOf(expression))]
  const inputs = new Map(references.map(name => [name, inputSeries(name, request, answers)]))
  const zeros = new Set(references.filter(name => countsFromZero(name, request)))
  const order = (spec.order ?? []).map(one =>
    one.key.name === spec.name || one.key.name === spec.expression
      ? { ...one, key: { name: RESULT_KEY } }
      : one,
  )
  const evaluated = evaluateFormula(expression, inputs, zeros)
  if (request.requestType === 'scalar') return table(ordered(evaluated, order, spec.limit))
  const stepMs = stepOf(formula, request) * SECOND_MS
  const filling = { startMs: request.startMs, endMs: request.endMs, stepMs }
  const series = applyFunctions(evaluated, spec.functions, filling)
  return { kind: 'time_series', series: ordered(series, order, spec.limit) }
}

function inputSeries(
  reference: string,
  { queries }: QueryRequest,
  answers: ReadonlyMap<string, Answer>,
): readonly Series[] {
  const [name, part = '0'] = reference.split('.') as [string, string?]
  const input = queries.find(({ spec }) => spec.name === name)!
  const index = partIndex(input, part) ?? 0
  const given = answers.get(name)
  if (given?.kind === 'scalar') {
    const results = given.columns.flatMap(({ isGroup }, column) => (isGroup ? [] : [column]))
    return results[index] === undefined ? [] : seriesOfTable(given, results[index])
  }
  if (given?.kind !== 'time_series') return []
  const wanted = aggregationName(input, index)
  return given.series.filter(({ aggregation }) => aggregation === wanted)
}

/** As series carry it: only where there are several. */
function aggregationName(input: QueryEnvelope, index: number): string | undefined {
  if (input.type !== 'builder_query' || input.spec.signal === 'metrics') return undefined
  const all = input.spec.aggregations ?? []
  return all.length === 1 ? undefined : (all[index]?.alias ?? all[index]?.expression)
}

function countsFromZero(reference: string, { queries }: QueryRequest): boolean {
  const input = queries.find(({ spec }) => spec.name === reference)
  if (input?.type !== 'builder_query') return false
  const spec: MetricQuery | EventQuery = input.spec
  if (spec.signal === 'metrics') return COUNTING_TIMES.has(spec.aggregations[0]!.timeAggregation ?? '')
  return spec.aggregations?.length === 1 && COUNTING_CALLS.test(spec.aggregations[0]!.expression)
}

/** The greatest that divides the steps of all inputs. */
function stepOf({ spec }: FormulaEnvelope, request: QueryRequest): number {
  const placed = request.queries.map(query => ({ ...query, path: '' }) as PlacedQuery)
  const steps = inputsOf(spec.expression, placed).flatMap(input => {
    if (input.type !== 'builder_query') return []
    const own = stepSeconds(input.spec.stepInterval)
    return [input.spec.signal === 'metrics' ? metricStep(own, request) : eventStep(own, request)]
  })
  return steps.length === 0 ? 60 : steps.reduce(divisor)
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

function table(series: readonly Series[]): Answer {
  const groups = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))]
  return {
    kind: 'scalar',
    columns: [...groups.map(name => ({ name, isGroup: true })), { name: RESULT_KEY, isGroup: false }],
    rows: series.map(({ labels, values }) => [
      ...groups.map(name => labels[name] ?? ''),
      cellOf(values[0]?.[1]),
    ]),
  }
}
