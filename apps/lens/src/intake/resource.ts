// Where spans, points and log lines come from: the resource as text, with the copy that otel/collector.yaml makes, and its fingerprint.
import { createHash } from 'node:crypto'
import { type CutCounts, type RecordLimits, readAttributes } from './limits.ts'
import { hashText, toText } from './values.ts'
import type { WireResource } from './wire.ts'

/** SigNoz reads the older name; our services send the newer one. */
const ENVIRONMENT = 'deployment.environment'
const ENVIRONMENT_NAME = 'deployment.environment.name'
/** Shown in front of the hash, in SigNoz's order. */
const SHOWN = ['service.name', ENVIRONMENT, 'service.instance.id']
const KNOWN_MAX = 1_000

export interface Resource {
  attributes: Readonly<Record<string, string>>
  /** Column `env`: empty where the resource names none. */
  environment: string
  /** Keys in order. */
  json: string
  /** Column `resource_fingerprint`. */
  fingerprint: string
}

export class Resources {
  readonly #known = new Map<string, Resource>()
  readonly #limits: RecordLimits
  readonly #cut: CutCounts

  constructor(limits: RecordLimits, cut: CutCounts) {
    this.#limits = limits
    this.#cut = cut
  }

  read(wire: WireResource | null | undefined): Resource {
    const pairs = readAttributes(wire?.attributes ?? [], this.#limits, this.#cut)
    const attributes: Record<string, string> = {}
    for (const [key, value] of pairs) attributes[key] = toText(value)
    const named = attributes[ENVIRONMENT_NAME]
    if (named !== undefined) attributes[ENVIRONMENT] ??= named
    const json = sortedJson(attributes)
    const known = this.#known.get(json)
    if (known !== undefined) return known
    if (this.#known.size >= KNOWN_MAX) this.#known.clear()
    const resource = {
      attributes,
      environment: attributes[ENVIRONMENT] ?? '',
      json,
      fingerprint: fingerprint(attributes, json),
    }
    this.#known.set(json, resource)
    return resource
  }
}

export function sortedJson(attributes: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function fingerprint(attributes: Readonly<Record<string, string>>, json: string): string {
  const shown = SHOWN.filter(key => attributes[key] !== undefined).map(key => `${key}=${attributes[key]};`)
  return `${shown.join('')}hash=${hashText(createHash('md5').update(json).digest())}`
}
