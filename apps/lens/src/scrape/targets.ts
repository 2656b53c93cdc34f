// The list of targets as a setting writes it: `job=url` separated by commas.
import type { ScrapeTarget } from './target.ts'

const ONE = String.raw`[a-z][a-z0-9-]*=https?://[^,\s=]+`
export const TARGETS_PATTERN = new RegExp(`^${ONE}(,${ONE})*$`)
export const TARGETS_FORM =
  'job=url pairs separated by commas, for example solar-api=http://127.0.0.1:9464/metrics'

export function readTargets(text: string): ScrapeTarget[] {
  return text.split(',').map(pair => {
    const at = pair.indexOf('=')
    return { job: pair.slice(0, at), url: pair.slice(at + 1) }
  })
}
