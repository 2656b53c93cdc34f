// A copy of dashboards, rules and mail template for lens in which the rules look at two minutes, so that a test can wait for their mails.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT_ROOT } from '../../src/project.ts'

const COPIED = ['dashboards', 'alerts', 'signoz/mail.html']
const THRESHOLDS = 'alerts/thresholds.json'
const RULES = 'alerts/rules'
const FREQUENCY = '5s'
/** One bad minute is none: that in which a system starts, or in which the machine has other things to do. */
const MINUTES = 2
/** They look at hours and days, at a cold cache, or at how slow this machine is: nothing of that can be shortened. */
const AS_THEY_ARE: readonly string[] = [
  'ApiLatency',
  'CacheHitRatio',
  'DiskFillsIn48h',
  'ExpiredSessions',
  'Heartbeat',
  'StorageWriteLatency',
]
/** How full the disk of this machine is, is no matter of ours. */
const NEVER_FULL = { tiers: { critical: 102, warning: 101 }, recovery: { critical: 102, warning: 101 } }

interface Numbers {
  window: string
  frequency: string
  tiers: Record<string, number>
}

/** Windows, frequencies and numbers of points change; queries, comparisons and limits are the repository's. */
export function writeShortRules(root: string): void {
  for (const path of COPIED) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    cpSync(join(PROJECT_ROOT, path), join(root, path), { recursive: true })
  }
  change<Record<string, Numbers>>(join(root, THRESHOLDS), thresholds => {
    for (const [id, numbers] of Object.entries(thresholds)) {
      numbers.frequency = FREQUENCY
      if (!AS_THEY_ARE.includes(id)) numbers.window = `${MINUTES}m0s`
      if (id === 'DiskAlmostFull') Object.assign(numbers, NEVER_FULL)
    }
  })
  for (const file of readdirSync(join(root, RULES)))
    change<{ alert: string; requiredNumPoints?: number }>(join(root, RULES, file), rule => {
      if (rule.requiredNumPoints !== undefined && !AS_THEY_ARE.includes(rule.alert))
        rule.requiredNumPoints = MINUTES
    })
}

function change<T>(file: string, run: (content: T) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8')) as T
  run(content)
  writeFileSync(file, JSON.stringify(content))
}
