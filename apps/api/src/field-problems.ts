// Turns what the JSON schema validator found into sentences for people: field, form found, form expected.
import type { FastifyError } from 'fastify'
import type { FieldProblem } from './errors.ts'

/** More than a person reads; a body of a thousand faults must not become an answer of megabytes. */
const FIELD_PROBLEMS_MAX = 20

type Finding = NonNullable<FastifyError['validation']>[number]
type Verbose = Finding & { data?: unknown; parentSchema?: Record<string, unknown> }

export function fieldProblems(findings: readonly Finding[], context: string | undefined): FieldProblem[] {
  return findings.slice(0, FIELD_PROBLEMS_MAX).map(finding => fieldProblem(finding, context ?? 'body'))
}

/** What a value looks like without saying what it is: an answer may end in a log, a value may be a password. */
export function formOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string')
    return value === ''
      ? 'an empty text'
      : `a text of ${value.length} character${value.length === 1 ? '' : 's'}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function fieldProblem(finding: Verbose, context: string): FieldProblem {
  const path = finding.instancePath.split('/').slice(1)
  const { params } = finding
  if (finding.keyword === 'required') {
    return {
      field: fieldName([...path, String(params.missingProperty)], context),
      form: 'nothing',
      expected: 'a value',
    }
  }
  if (finding.keyword === 'additionalProperties') {
    const field = fieldName([...path, String(params.additionalProperty)], context)
    return { field, form: 'an unknown field', expected: `only ${knownFields(finding)}` }
  }
  return { field: fieldName(path, context), form: formOf(finding.data), expected: expectation(finding) }
}

function fieldName(path: readonly string[], context: string): string {
  return path.length === 0 ? context : path.join('.')
}

function knownFields({ parentSchema }: Verbose): string {
  return Object.keys((parentSchema?.properties as object | undefined) ?? {}).join(', ') || 'known fields'
}

function expectation({ keyword, params, message, parentSchema }: Verbose): string {
  const described = parentSchema?.description
  if (keyword === 'type') return [params.type].flat().map(withArticle).join(' or ')
  if (keyword === 'enum') return `one of ${(params.allowedValues as unknown[]).join(', ')}`
  if (keyword === 'format') return FORMATS[String(params.format)] ?? String(params.format)
  if (keyword === 'pattern' && typeof described === 'string') return described
  return message?.replace(/^must /, '') ?? keyword
}

function withArticle(type: unknown): string {
  if (type === 'null') return 'null'
  return type === 'integer' ? 'a whole number' : `${/^[aeiou]/.test(String(type)) ? 'an' : 'a'} ${type}`
}

const FORMATS: Record<string, string> = {
  email: 'an e-mail address',
  uuid: 'a UUID',
  'date-time': 'a time with its zone, for example 2026-06-21T00:00:00Z',
}
