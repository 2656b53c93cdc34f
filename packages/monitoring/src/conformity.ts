// Holds a value against a shape and tells each difference in a sentence; for unions, about the branch that was meant.
import { at, found } from './fault.ts'

/** What our shapes use of JSON schema. */
interface Shape {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Shape[]
  properties?: Readonly<Record<string, Shape>>
  patternProperties?: Readonly<Record<string, Shape>>
  required?: readonly string[]
  items?: Shape
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  description?: string
}

export interface Difference {
  path: string
  message: string
}

/** typebox stops at eight errors and mixes those of all branches of a union; this names them all, each once. */
export function differences(shape: object, value: unknown, path = ''): Difference[] {
  const known = shape as Shape
  if (known.anyOf !== undefined) return ofUnion(known.anyOf, value, path)
  if (known.const !== undefined && value !== known.const) return wrong(path, found(known.const), value)
  if (known.enum !== undefined && !known.enum.includes(value)) {
    return wrong(path, `one of ${known.enum.join(', ')}`, value)
  }
  if (!hasType(known.type, value)) return wrong(path, withArticle(known.type), value)
  if (Array.isArray(value)) return ofArray(known, value, path)
  if (typeof value === 'object' && value !== null) return ofObject(known, value, path)
  return typeof value === 'string' || typeof value === 'number' ? ofScalar(known, value, path) : []
}

function wrong(path: string, expected: string, value: unknown): Difference[] {
  return [{ path, message: `expected ${expected}, found ${found(value)}` }]
}

function ofUnion(branches: readonly Shape[], value: unknown, path: string): Difference[] {
  if (branches.some(branch => differences(branch, value, path).length === 0)) return []
  const meant = branches.filter(branch => isMeant(branch, value))
  if (meant.length === 1) return differences(meant[0]!, value, path)
  const tag = discriminator(branches)
  if (tag === undefined) return wrong(path, branches.map(({ type }) => withArticle(type)).join(' or '), value)
  const values = branches.map(branch => found(branch.properties?.[tag]?.const)).join(', ')
  const held = isRecord(value) ? value[tag] : value
  return wrong(isRecord(value) ? at(path, tag) : path, `one of ${values}`, held)
}

/** The constants of the branch are those of the value. */
function isMeant(branch: Shape, value: unknown): boolean {
  const tags = Object.entries(branch.properties ?? {}).filter(
    ([name, property]) => property.const !== undefined && branch.required?.includes(name),
  )
  if (tags.length === 0) return hasType(branch.type, value)
  return isRecord(value) && tags.every(([name, property]) => value[name] === property.const)
}

function discriminator(branches: readonly Shape[]): string | undefined {
  const names = Object.keys(branches[0]?.properties ?? {})
  return names.find(name => branches.every(branch => branch.properties?.[name]?.const !== undefined))
}

function ofObject(shape: Shape, value: object, path: string): Difference[] {
  const missing = (shape.required ?? []).filter(name => !(name in value))
  const present = Object.entries(value).flatMap(([name, held]) => {
    const property = propertyShape(shape, name)
    if (property === undefined) return [{ path: at(path, name), message: unknownField(shape, name) }]
    return differences(property, held, at(path, name))
  })
  return [
    ...missing.map(name => ({ path: at(path, name), message: `is missing${hint(shape, name)}` })),
    ...present,
  ]
}

function propertyShape(shape: Shape, name: string): Shape | undefined {
  if (shape.properties !== undefined && Object.hasOwn(shape.properties, name)) return shape.properties[name]
  const pattern = Object.keys(shape.patternProperties ?? {}).find(one => new RegExp(one).test(name))
  return pattern === undefined ? undefined : shape.patternProperties?.[pattern]
}

function unknownField(shape: Shape, name: string): string {
  const names = Object.keys(shape.properties ?? {})
  const patterns = Object.keys(shape.patternProperties ?? {})
  const expected = [...names, ...patterns.map(pattern => `a name like ${pattern}`)].join(', ')
  return `${name} is not a field here; expected ${expected}`
}

function hint(shape: Shape, name: string): string {
  const property = shape.properties?.[name]
  if (property?.description !== undefined) return `: ${property.description}`
  if (property?.enum !== undefined) return `; expected one of ${property.enum.join(', ')}`
  return ''
}

function ofArray(shape: Shape, value: readonly unknown[], path: string): Difference[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = shape
  if (value.length < minItems) return wrong(path, `at least ${minItems} items`, value)
  if (value.length > maxItems) return wrong(path, `at most ${maxItems} items`, value)
  return items === undefined ? [] : value.flatMap((held, index) => differences(items, held, at(path, index)))
}

function ofScalar(shape: Shape, value: string | number, path: string): Difference[] {
  const amount = typeof value === 'number' ? value : [...value].length
  const min = typeof value === 'number' ? shape.minimum : shape.minLength
  const max = typeof value === 'number' ? shape.maximum : shape.maxLength
  const unit = typeof value === 'number' ? '' : ' characters'
  if (min !== undefined && amount < min) return wrong(path, `at least ${min}${unit}`, value)
  if (max !== undefined && amount > max) return wrong(path, `at most ${max}${unit}`, value)
  if (shape.pattern === undefined || new RegExp(shape.pattern).test(String(value))) return []
  return wrong(path, `${shape.description ?? 'text'} (${shape.pattern})`, value)
}

function hasType(type: string | undefined, value: unknown): boolean {
  if (type === undefined) return true
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isRecord(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value)
  return typeof value === type
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withArticle(type: string | undefined): string {
  const names: Record<string, string> = { string: 'a text', integer: 'a whole number', array: 'a list' }
  return names[type ?? ''] ?? `a ${type ?? 'value'}`
}
