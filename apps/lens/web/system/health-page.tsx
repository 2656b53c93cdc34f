// The health of lens itself: what each of its parts counts, and the limits that were hit.
import { type Fact, healthFacts, type PartFacts } from '../../src/pages/drawing/health-facts.ts'
import type { HealthAnswer } from '../../src/pages/page-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { useEvery } from '../shell/every.ts'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'

const ASK_EVERY_MS = 5_000

export function HealthPage() {
  useTitle('Health')
  const tick = useEvery(ASK_EVERY_MS)
  const asked = useAsked<HealthAnswer>(String(tick), signal => getJson('/api/health', signal))
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  const parts = healthFacts(answer.parts)
  const troubles = parts.flatMap(part => part.troubles).length
  return (
    <>
      <h1>Health of Lens</h1>
      <p class="note">
        {troubles === 0
          ? 'No limit was hit and nothing failed since it started.'
          : `${counted(troubles, 'kind', 'kinds')} of trouble since it started.`}
      </p>
      <div class="parts">
        {parts.map(part => (
          <Part key={part.name} part={part} />
        ))}
      </div>
    </>
  )
}

function Part({ part: { name, troubles, facts, quiet } }: { part: PartFacts }) {
  return (
    <section aria-label={name}>
      <h2>
        {name}{' '}
        <span class={`badge ${troubles.length === 0 ? 'good' : 'warn'}`}>
          {troubles.length === 0 ? 'in order' : 'look'}
        </span>
      </h2>
      {troubles.length === 0 ? null : <Facts facts={troubles} isTrouble />}
      <Facts facts={facts} />
      {quiet === 0 ? null : (
        <p class="note">{`${counted(quiet, 'counter of trouble is', 'counters of trouble are')} zero.`}</p>
      )}
    </section>
  )
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

function Facts({ facts, isTrouble = false }: { facts: readonly Fact[]; isTrouble?: boolean }) {
  return (
    <dl class="facts">
      {facts.map(({ path, text }) => (
        <div key={path}>
          <dt>{path}</dt>
          <dd class={isTrouble ? 'text warn' : ''}>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
