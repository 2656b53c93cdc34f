// Drawings for which SigNoz has no panel: errors by endpoint over time, spread of query durations, gauges, room on the disks.
import type { ComponentChildren } from 'preact'
import { useTitle } from '../shell/app.tsx'
import { FirstMinute } from '../shell/first-minute.tsx'
import { type PageTime, TimeBar, usePageTime } from '../shell/time.tsx'
import { DiskBars } from './disk-bars.tsx'
import { ErrorHeatmap } from './error-heatmap.tsx'
import { PanelGauge } from './panel-gauge.tsx'
import { QueryBoxes } from './query-boxes.tsx'

/** Panels of the dashboards that are shares of a whole. */
const GAUGES = [
  { dashboard: 'api', panel: 'pool-now', title: 'Pool of the API in use' },
  { dashboard: 'database', panel: 'connections-share', title: 'Database connections in use' },
  { dashboard: 'database', panel: 'cache-hit-now', title: 'Reads from the cache' },
  { dashboard: 'api', panel: 'error-share', title: 'Requests that failed' },
] as const

export interface InsightProps {
  time: PageTime
}

export function InsightsPage() {
  useTitle('Insights')
  const time = usePageTime()
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Insights</h1>
          <p>What SigNoz has no panel for, from the same telemetry.</p>
        </div>
        <TimeBar time={time} />
      </div>
      <FirstMinute time={time} />
      <div class="insights">
        {GAUGES.map(gauge => (
          <Card key={gauge.panel} title={gauge.title} kind="quarter">
            <PanelGauge {...gauge} time={time} />
          </Card>
        ))}
        <Card title="Failed requests by endpoint" kind="half">
          <ErrorHeatmap time={time} />
        </Card>
        <Card title="Query duration by operation" kind="half">
          <QueryBoxes time={time} />
        </Card>
        <Card title="Room on the disks" kind="whole">
          <DiskBars time={time} />
        </Card>
      </div>
    </>
  )
}

function Card({ title, kind, children }: { title: string; kind: string; children: ComponentChildren }) {
  return (
    <section class={`panel ${kind}`} aria-label={title}>
      <header>
        <h3>{title}</h3>
      </header>
      <div class="panel-body">{children}</div>
    </section>
  )
}
