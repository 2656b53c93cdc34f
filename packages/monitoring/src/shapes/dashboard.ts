// A dashboard file: the SigNoz v6 document as it is POSTed (signoz-contract.md 5.1).
import { type Static, Type } from 'typebox'
import { closed, keyed, literal, oneOf, SchemaLink, Text } from './closed.ts'
import { PanelPlugin, QueryPlugin } from './panel.ts'

export const GRID_COLUMNS = 12
/** A DNS label. */
const NAME_PATTERN = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'
const VARIABLE_PATTERN = '^[a-zA-Z0-9_.-]*[a-zA-Z_.-][a-zA-Z0-9_.-]*$'
/** A dot in the key of a panel cannot be referenced by a layout. */
const PANEL_KEY_PATTERN = '^[a-zA-Z0-9_-]+$'
const TAG_MAX_CHARACTERS = 32
const TAGS_MAX = 10

const Tag = closed({
  key: Type.String({ minLength: 1, maxLength: TAG_MAX_CHARACTERS }),
  value: Type.String({ minLength: 1, maxLength: TAG_MAX_CHARACTERS, pattern: '^\\S+$' }),
})
const Display = closed({ name: Text, description: Type.Optional(Type.String()) })
const Link = closed({
  name: Text,
  url: Text,
  tooltip: Type.Optional(Type.String()),
  renderVariables: Type.Optional(Type.Boolean()),
  targetBlank: Type.Optional(Type.Boolean()),
})
const links = Type.Optional(Type.Array(Link))

const VariableName = Type.String({ pattern: VARIABLE_PATTERN })
const VariablePlugin = Type.Union([
  closed({
    kind: literal('signoz/DynamicVariable'),
    spec: closed({ name: Text, signal: oneOf(['traces', 'logs', 'metrics', 'all']) }),
  }),
  closed({ kind: literal('signoz/QueryVariable'), spec: closed({ queryValue: Text }) }),
  closed({ kind: literal('signoz/CustomVariable'), spec: closed({ customValue: Text }) }),
])
const SORTS = [
  'none',
  'alphabetical-asc',
  'alphabetical-desc',
  'numerical-asc',
  'numerical-desc',
  'alphabetical-ci-asc',
  'alphabetical-ci-desc',
] as const
const Variable = Type.Union([
  closed({
    kind: literal('ListVariable'),
    spec: closed({
      name: VariableName,
      display: Type.Optional(Display),
      allowAllValue: Type.Optional(Type.Boolean()),
      allowMultiple: Type.Optional(Type.Boolean()),
      customAllValue: Type.Optional(Type.String()),
      sort: Type.Optional(oneOf(SORTS)),
      defaultValue: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
      plugin: VariablePlugin,
    }),
  }),
  closed({
    kind: literal('TextVariable'),
    spec: closed({
      name: VariableName,
      display: Type.Optional(Display),
      value: Type.String(),
      constant: Type.Optional(Type.Boolean()),
    }),
  }),
])

const PanelQuery = closed({
  kind: oneOf(['time_series', 'scalar', 'raw', 'trace']),
  spec: closed({ name: Type.Optional(Type.String()), plugin: QueryPlugin }),
})
const Panel = closed({
  kind: literal('Panel'),
  spec: closed({
    display: Display,
    plugin: PanelPlugin,
    queries: Type.Array(PanelQuery, { minItems: 1, maxItems: 1 }),
    links,
  }),
})
const Cell = closed({
  x: Type.Integer({ minimum: 0, maximum: GRID_COLUMNS - 1 }),
  y: Type.Integer({ minimum: 0 }),
  width: Type.Integer({ minimum: 1, maximum: GRID_COLUMNS }),
  height: Type.Integer({ minimum: 1 }),
  content: closed({ $ref: Type.String({ pattern: '^#/spec/panels/' }) }),
})
const Layout = closed({
  kind: literal('Grid'),
  spec: closed({
    display: Type.Optional(
      closed({ title: Text, collapse: Type.Optional(closed({ open: Type.Boolean() })) }),
    ),
    items: Type.Array(Cell),
  }),
})

export const DashboardDocument = closed({
  $schema: SchemaLink,
  schemaVersion: literal('v6'),
  name: Type.String({ pattern: NAME_PATTERN, description: 'DNS label, never changed' }),
  tags: Type.Array(Tag, { maxItems: TAGS_MAX }),
  image: Type.Optional(Type.String()),
  spec: closed({
    display: Display,
    variables: Type.Array(Variable),
    panels: keyed(PANEL_KEY_PATTERN, Panel),
    layouts: Type.Array(Layout),
    links,
    duration: Type.Optional(Type.String()),
    refreshInterval: Type.Optional(Type.String()),
  }),
})

export type DashboardDocument = Static<typeof DashboardDocument>
export type Panel = Static<typeof Panel>
export type Variable = Static<typeof Variable>
export type Link = Static<typeof Link>
export type Cell = Static<typeof Cell>
