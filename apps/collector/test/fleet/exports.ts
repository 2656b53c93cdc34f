// What one whole export shows, for tests of what is not in it.
import type { MetricPoint, OtlpReceiver } from '@deye-hard/testkit'
import { until } from '../harness.ts'

/** Every export has it. */
const ALWAYS = 'solar.logger.series_dropped'

/** All points that were read after this call was made. */
export async function nextExport(receiver: OtlpReceiver): Promise<MetricPoint[]> {
  const askedMs = Date.now()
  const isNew = ({ timeMs }: MetricPoint) => timeMs > askedMs
  await until(() => receiver.series(ALWAYS).some(isNew), 'an export')
  return receiver.metrics.filter(isNew)
}

/** Serials that have series of their own. */
export async function serialsShown(receiver: OtlpReceiver): Promise<Set<unknown>> {
  const points = await nextExport(receiver)
  return new Set(points.flatMap(({ attributes }) => attributes['logger.serial'] ?? []))
}
