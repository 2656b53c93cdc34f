// A template in Go's text/template language, as far as our mails and annotations use it.
import { executeTemplate } from './execute.ts'
import { parseTemplate } from './parse.ts'
import { splitTemplate } from './split.ts'
import { TemplateFault } from './syntax.ts'
import type { Value } from './values.ts'

export { GoObject, goTime, type Value } from './values.ts'

export type Rendered = { kind: 'text'; text: string } | { kind: 'failed'; reason: string }

export type CompiledTemplate =
  | { kind: 'template'; render(data: Value): Rendered }
  /** What is not supported, or a mistake, by name and line. */
  | { kind: 'refused'; reason: string }

/** Nothing is escaped: SigNoz v0.138.0 renders the `html` of an e-mail channel as text, too (pkg/alertmanager/alertmanagertemplate). */
export function compileTemplate(source: string): CompiledTemplate {
  const parsed = asValue(() => parseTemplate(splitTemplate(source)))
  if (parsed.kind === 'fault') return { kind: 'refused', reason: parsed.reason }
  return {
    kind: 'template',
    render: data => {
      const text = asValue(() => executeTemplate(parsed.value, data))
      return text.kind === 'fault'
        ? { kind: 'failed', reason: text.reason }
        : { kind: 'text', text: text.value }
    },
  }
}

function asValue<T>(make: () => T): { kind: 'value'; value: T } | { kind: 'fault'; reason: string } {
  try {
    return { kind: 'value', value: make() }
  } catch (error) {
    if (error instanceof TemplateFault) return { kind: 'fault', reason: error.message }
    throw error
  }
}
