// Everything that can be seen wrong in dashboards, rules, numbers and runbooks without a SigNoz.
import type { Fault } from './fault.ts'
import type { Monitoring } from './monitoring.ts'

export function checkMonitoring(_monitoring: Monitoring): Fault[] {
  return []
}
