// The frame around one panel: name, question, places to go, and its data once it is near the screen.
import type { Panel } from '@deye-hard/monitoring'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { PanelAnswer, VariableValues } from '../../src/pages/page-shapes.ts'
import { useAgain } from '../shell/again.ts'
import { openMenu } from '../shell/link-menu.tsx'
import { postJson, useAsked } from '../shell/server.ts'
import { Failed, NoData, RefusedNote, Waiting } from '../shell/states.tsx'
import type { PageTime } from '../shell/time.tsx'
import { PanelBody } from './panel-body.tsx'
import { panelLinks } from './panel-links.ts'

/** Panels this far below the screen are asked for already. */
const NEAR_PX = 300

export interface PanelFrameProps {
  dashboard: string
  name: string
  panel: Panel
  time: PageTime
  variables: VariableValues
}

export function PanelFrame({ dashboard, name, panel, time, variables }: PanelFrameProps) {
  const id = useId()
  const box = useRef<HTMLElement>(null)
  const isNear = useNear(box)
  const subject = JSON.stringify(variables)
  const [retry, setRetry] = useState(0)
  const asked = useAsked<PanelAnswer>(
    isNear ? `${time.range.startMs} ${time.range.endMs} ${time.tick} ${retry}` : null,
    signal => postJson('/api/query', { dashboard, panel: name, ...time.range, variables }, signal),
    subject,
  )
  useAgain(isMomentary(asked), retry, () => setRetry(retry + 1))
  const { display } = panel.spec
  const links = panelLinks(panel, { range: time.range, labels: {}, variables })
  return (
    <section
      ref={box}
      class="panel"
      data-panel={name}
      data-state={stateOf(asked)}
      aria-labelledby={`${id}-name`}
      {...(display.description === undefined ? {} : { 'aria-describedby': `${id}-about` })}
    >
      <header>
        <h3 id={`${id}-name`}>{display.name}</h3>
        {display.description === undefined ? null : (
          <span class="hint">
            <button type="button" aria-label={`About ${display.name}`} aria-describedby={`${id}-about`}>
              ?
            </button>
            <span class="hint-text" role="tooltip" id={`${id}-about`}>
              {display.description}
            </span>
          </span>
        )}
        {asked.answer?.kind === 'data' && asked.answer.isOfRunningMinute === true ? (
          <small>of the running minute</small>
        ) : null}
        {links.length === 0 ? null : (
          <button
            type="button"
            class="more"
            aria-label={`Go from ${display.name}`}
            onClick={event => {
              const { left, bottom } = event.currentTarget.getBoundingClientRect()
              openMenu(display.name, links, left, bottom)
            }}
          >
            ⋯
          </button>
        )}
      </header>
      <div class="panel-body" aria-busy={asked.state === 'waiting'}>
        <PanelData asked={asked} panel={panel} variables={variables} />
      </div>
    </section>
  )
}

function PanelData({
  asked,
  panel,
  variables,
}: {
  asked: ReturnType<typeof useAsked<PanelAnswer>>
  panel: Panel
  variables: VariableValues
}) {
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  if (answer.kind === 'refused') return <RefusedNote refused={answer} />
  const isEmpty = answer.results.every(result =>
    result.kind === 'time_series' ? result.series.length === 0 : result.rows.length === 0,
  )
  return isEmpty ? <NoData /> : <PanelBody panel={panel} answer={answer} variables={variables} />
}

function isMomentary({ answer }: ReturnType<typeof useAsked<PanelAnswer>>): boolean {
  return answer?.kind === 'refused' && answer.isMomentary === true
}

/** For tests, and for whoever looks at the page's tree. */
function stateOf({ state, answer }: ReturnType<typeof useAsked<PanelAnswer>>): string {
  return answer === undefined ? state : answer.kind
}

function useNear(box: { current: HTMLElement | null }): boolean {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const element = box.current
    if (element === null || isNear) return
    const seen = new IntersectionObserver(
      entries => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: `${NEAR_PX}px` },
    )
    seen.observe(element)
    return () => seen.disconnect()
  }, [isNear, box])
  return isNear
}
