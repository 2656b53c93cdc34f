// A fault in a file: where, and one sentence that says what was found and what is expected.

export interface Fault {
  /** From the root of the repository, with forward slashes. */
  file: string
  /** Such as `spec.panels.power.spec.queries[0]`; empty for the whole file. */
  path: string
  message: string
}

/** Appends a field or an index to a path. */
export function at(path: string, ...steps: readonly (string | number)[]): string {
  return steps.reduce<string>((all, step) => {
    if (typeof step === 'number') return `${all}[${step}]`
    const plain = /^[\w$-]+$/.test(step)
    if (!plain) return `${all}[${JSON.stringify(step)}]`
    return all === '' ? step : `${all}.${step}`
  }, path)
}

/** What was found, short enough for a sentence. */
export function found(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? typeof value
  return text.length > FOUND_MAX_CHARACTERS ? `${text.slice(0, FOUND_MAX_CHARACTERS)}…` : text
}

const FOUND_MAX_CHARACTERS = 60
