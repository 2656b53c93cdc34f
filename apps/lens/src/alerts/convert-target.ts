// A number of thresholds.json in the unit of the result that it is compared with.
import { dimensionOf, isConvertible } from '@deye-hard/monitoring'

/** Units that SigNoz knows but does not convert, although they differ by 60 (pkg/units/converter_throughput.go). */
const THROUGHPUT = /^([a-z]+(ps|pm)|\{[^{}]+\}\/(s|min))$/

/** Unchanged where SigNoz would not convert either; units that do not fit are reported by `checkMonitoring`. */
export function convertTarget(value: number, from: string, to: string): number {
  if (from === '' || from === to || THROUGHPUT.test(from) || !isConvertible(from, to)) return value
  return (value * dimensionOf(from)!.scale) / dimensionOf(to)!.scale
}
