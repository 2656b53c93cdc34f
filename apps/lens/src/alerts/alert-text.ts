// Texts of a rule with the values of one alert: `{{$value}}`, `{{$threshold}}`, `{{.Labels.site.id}}`, `$site.id` (signoz-contract.md 6.2).
import { type CompiledTemplate, compileTemplate, GoObject } from '../mails/go-template/template.ts'
import type { LabelSet } from './label-set.ts'

/** What SigNoz puts before every text. */
const VARIABLES = '{{$labels := .Labels}}{{$value := .Value}}{{$threshold := .Threshold}}'
const BARE_VARIABLE = /(\{\{.*?\}\})|(\$(\w+(?:\.\w+)*))/g
const LABEL_PATH = /\{\{\s*\.Labels\.([a-zA-Z0-9_.]+)(.*?)\}\}/g
const VARIABLE_ACTION = /\{\{\s*\$\s*([a-zA-Z0-9_.]+)\s*\}\}/g
const KEPT_ACTIONS = new Set(['{{$value}}', '{{$threshold}}'])

export interface TextValues {
  /** Of the series, with `severity` and `threshold.name`; the rule's own are not among them. */
  labels: LabelSet
  /** Formatted already. */
  value: string
  threshold: string
}

/** A text that SigNoz could not expand says so in its place, here as there. */
export function alertText(text: string, values: TextValues): string {
  const template = compiled(text)
  if (template.kind === 'refused') return failure(template.reason)
  const rendered = template.render(
    new GoObject({
      fields: { Labels: withPlainNames(values.labels), Value: values.value, Threshold: values.threshold },
    }),
  )
  return rendered.kind === 'text' ? rendered.text : failure(rendered.reason)
}

/** Texts come from rule files: as many as these have. */
const compiledTexts = new Map<string, CompiledTemplate>()

function compiled(text: string): CompiledTemplate {
  const known = compiledTexts.get(text)
  if (known !== undefined) return known
  const template = compileTemplate(VARIABLES + rewritten(text))
  compiledTexts.set(text, template)
  return template
}

/** SigNoz rewrites its short forms into Go's language before it parses: any `$x` but the two becomes a label. */
function rewritten(text: string): string {
  return text
    .replace(BARE_VARIABLE, (match, action) =>
      action === undefined ? `{{index $labels "${match.slice(1)}"}}` : match,
    )
    .replace(LABEL_PATH, (_, path, rest) => `{{index .Labels "${path}"${rest}}}`)
    .replace(VARIABLE_ACTION, match =>
      KEPT_ACTIONS.has(match) ? match : `{{index .Labels "${match.replace(/^\{\{\$/, '').slice(0, -2)}"}}`,
    )
}

/** `site.id` is also found as `site_id`, for templates of older rules. */
function withPlainNames(labels: LabelSet): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(labels)) {
    names.set(name, value)
    const plain = name.replace(/[^a-zA-Z0-9_]/g, '_')
    names.set(/^[0-9]/.test(plain) ? `_${plain}` : plain, value)
  }
  return names
}

function failure(reason: string): string {
  return `<error expanding template: ${reason}>`
}
