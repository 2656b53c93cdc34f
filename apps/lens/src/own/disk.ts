// How full the disk is that holds the telemetry and, on one machine, everything else: as the host metrics of SigNoz's collector say it.
import { readFile, realpath, statfs } from 'node:fs/promises'
import type { MetricsRequest, WireMetric } from '../intake/wire.ts'
import { gaugeMetric, wireAttributes } from '../scrape/page-metrics.ts'

const SERVICE = 'host'
const SCOPE = { name: 'deye-hard/lens', version: null, attributes: [] }

interface Mount {
  mountpoint: string
  type: string
}

/** `system.filesystem.usage` and `.utilization` of the file system of `folder`; used / (used + available), as df shows it. */
export async function diskRequest(
  folder: string,
  about: { environment: string; host: string; nowMs: number },
): Promise<MetricsRequest> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder)
  const used = (blocks - bfree) * bsize
  const free = bavail * bsize
  const { mountpoint, type } = await mountOf(await realpath(folder))
  const labels = { mountpoint, type, mode: 'rw' }
  const point = (name: string, unit: string, value: number, more: Record<string, string> = {}) =>
    labelled(gaugeMetric(name, value, about.nowMs, { unit, description: '' }), { ...labels, ...more })
  const metrics = [
    point('system.filesystem.usage', 'By', used, { state: 'used' }),
    point('system.filesystem.usage', 'By', free, { state: 'free' }),
    point('system.filesystem.usage', 'By', (bfree - bavail) * bsize, { state: 'reserved' }),
    point('system.filesystem.utilization', '1', used / (used + free)),
  ]
  const attributes = wireAttributes({
    'service.name': SERVICE,
    'host.name': about.host,
    'deployment.environment.name': about.environment,
  })
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: SCOPE, metrics }] }] }
}

function labelled(metric: WireMetric, labels: Record<string, string>): WireMetric {
  const dataPoints = metric.gauge?.dataPoints ?? []
  return {
    ...metric,
    gauge: { dataPoints: dataPoints.map(point => ({ ...point, attributes: wireAttributes(labels) })) },
  }
}

/** The longest mount point above the path; where the system has no such list, the root. */
async function mountOf(path: string): Promise<Mount> {
  const text = await readFile('/proc/self/mounts', 'utf8').catch(() => '')
  const mounts = text.split('\n').flatMap(line => {
    const [, mountpoint, type] = line.split(' ')
    return mountpoint === undefined || type === undefined ? [] : [{ mountpoint, type }]
  })
  const above = mounts.filter(
    ({ mountpoint }) => mountpoint === '/' || path === mountpoint || path.startsWith(`${mountpoint}/`),
  )
  return (
    above.toSorted((a, b) => b.mountpoint.length - a.mountpoint.length)[0] ?? {
      mountpoint: '/',
      type: 'unknown',
    }
  )
}
