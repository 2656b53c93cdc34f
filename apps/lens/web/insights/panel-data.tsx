// The data of a dashboard's panel for another drawing than its own.
import type { DashboardDocument, Panel } from '@deye-hard/monitoring'
import type { ComponentChildren } from 'preact'
import type { PanelAnswer, Refused } from '../../src/pages/page-shapes.ts'
import { type Asked, getJson, postJson, useAsked } from '../shell/server.ts'
import { Failed, RefusedNote, Waiting } from '../shell/states.tsx'
import type { PageTime } from '../shell/time.tsx'

const ALL = '__all__'

export type Data = Extract<PanelAnswer, { kind: 'data' }>

export interface PanelData {
  panel: Panel | undefined
  asked: Asked<PanelAnswer>
}

export function usePanelData(dashboard: string, name: string, time: PageTime): PanelData {
  const document = useAsked<DashboardDocument>(dashboard, signal =>
    getJson(`/api/dashboards/${dashboard}`, signal),
  )
  const spec = document.answer?.spec
  const variables = Object.fromEntries((spec?.variables ?? []).map(variable => [variable.spec.name, ALL]))
  const key = spec === undefined ? null : `${time.range.startMs} ${time.range.endMs} ${time.tick}`
  const asked = useAsked<PanelAnswer>(key, signal =>
    postJson('/api/query', { dashboard, panel: name, ...time.range, variables }, signal),
  )
  return { panel: spec?.panels[name], asked: document.state === 'failed' ? document : asked } as PanelData
}

interface AnsweredProps<T extends { kind: 'data' }> {
  asked: Asked<T | Refused>
  children(answer: T): ComponentChildren
}

/** Its children draw data; everything else is said in words. */
export function Answered<T extends { kind: 'data' }>({ asked, children }: AnsweredProps<T>) {
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  return <>{answer.kind === 'refused' ? <RefusedNote refused={answer} /> : children(answer)}</>
}
