// One dashboard as its file says: sections, the grid of panels, variables and time.
import type { DashboardDocument } from '@deye-hard/monitoring'
import type { DashboardSummary, VariableValues } from '../../src/pages/page-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { FirstMinute } from '../shell/first-minute.tsx'
import { keepingTime, Link } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'
import { type PageTime, TimeBar, usePageTime } from '../shell/time.tsx'
import { PanelFrame } from './panel-frame.tsx'
import { useVariables, VariablesBar } from './variables-bar.tsx'

type Section = DashboardDocument['spec']['layouts'][number]

export function DashboardPage({ name }: { name: string }) {
  const asked = useAsked<DashboardDocument>(name, signal =>
    getJson(`/api/dashboards/${encodeURIComponent(name)}`, signal),
  )
  useTitle(asked.answer?.spec.display.name ?? name)
  return (
    <>
      <DashboardTabs name={name} />
      {asked.answer === undefined ? (
        asked.state === 'failed' ? (
          <Failed problem={asked.problem} />
        ) : (
          <Waiting />
        )
      ) : (
        <Dashboard document={asked.answer} />
      )}
    </>
  )
}

function DashboardTabs({ name }: { name: string }) {
  const { answer = [] } = useAsked<readonly DashboardSummary[]>('list', signal =>
    getJson('/api/dashboards', signal),
  )
  return (
    <nav class="tabs" aria-label="Dashboards">
      {answer.map(one => (
        <Link
          key={one.name}
          href={keepingTime(`/dashboards/${one.name}`)}
          current={one.name === name}
          title={one.description}
        >
          {one.title}
        </Link>
      ))}
    </nav>
  )
}

function Dashboard({ document }: { document: DashboardDocument }) {
  const time = usePageTime()
  const variables = useVariables(document)
  const { display, layouts } = document.spec
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{display.name}</h1>
          <p>{display.description}</p>
        </div>
        <TimeBar time={time} />
      </div>
      <FirstMinute time={time} />
      <VariablesBar document={document} variables={variables} time={time} />
      {layouts.map((section, index) => (
        <DashboardSection
          key={section.spec.display?.title ?? index}
          section={section}
          document={document}
          time={time}
          variables={variables}
        />
      ))}
    </>
  )
}

interface SectionProps {
  section: Section
  document: DashboardDocument
  time: PageTime
  variables: VariableValues
}

function DashboardSection({ section: { spec }, document, time, variables }: SectionProps) {
  const grid = (
    <div class="grid">
      {spec.items.map(({ x, y, width, height, content }) => {
        const key = content.$ref.slice(content.$ref.lastIndexOf('/') + 1)
        const panel = document.spec.panels[key]
        if (panel === undefined) return null
        const place = {
          '--column': `${x + 1} / span ${width}`,
          '--rows': `${y + 1} / span ${height}`,
          '--height': String(height),
          '--order': String(y * 12 + x),
        }
        return (
          <div
            key={key}
            class={panel.spec.plugin.kind === 'signoz/NumberPanel' ? 'cell narrow' : 'cell'}
            style={place}
          >
            <PanelFrame
              dashboard={document.name}
              name={key}
              panel={panel}
              time={time}
              variables={variables}
            />
          </div>
        )
      })}
    </div>
  )
  if (spec.display === undefined) return grid
  return (
    <details class="section" open={spec.display.collapse?.open !== false}>
      <summary>
        <h2>{spec.display.title}</h2>
      </summary>
      {grid}
    </details>
  )
}
