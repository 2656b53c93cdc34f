// What requests may hold, as JSON schemas that Fastify checks.

const FILTER_CHARACTERS_MAX = 4_000
const NAME_CHARACTERS_MAX = 200
const VALUES_MAX = 1_000
/** A number beyond it is a mistake; how many rows there are is a limit of the search. */
const LAST_ROW = 1e9
/** The year 2100: a time beyond it is a mistake of units. */
const LAST_MS = 4_102_444_800_000

const name = { type: 'string', minLength: 1, maxLength: NAME_CHARACTERS_MAX } as const
const moment = { type: 'integer', minimum: 0, maximum: LAST_MS } as const
const range = { startMs: moment, endMs: moment } as const
const text = { type: 'string', maxLength: FILTER_CHARACTERS_MAX } as const
const variables = {
  type: 'object',
  maxProperties: 50,
  additionalProperties: {
    anyOf: [text, { type: 'number' }, { type: 'array', items: text, maxItems: VALUES_MAX }],
  },
} as const
const search = {
  ...range,
  filter: text,
  limit: { type: 'integer', minimum: 1, maximum: LAST_ROW },
  offset: { type: 'integer', minimum: 0, maximum: LAST_ROW },
} as const

function body<const P extends Readonly<Record<string, object>>>(properties: P) {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  } as const
}

export const PANEL_BODY = body({ dashboard: name, panel: name, ...range, variables })
export const VARIABLE_BODY = body({ dashboard: name, variable: name, ...range, variables })
export const SEARCH_BODY = body(search)
export const TRACES_BODY = body({
  ...search,
  rootsOnly: { type: 'boolean' },
  slowestFirst: { type: 'boolean' },
})
export const TAIL_BODY = body({ ...range, filter: text })
const serial = { type: 'string', pattern: '^[0-9]{1,10}$' } as const
export const FRAME_BODY = body({ ...range, serial })
export const RANGE_BODY = body(range)
