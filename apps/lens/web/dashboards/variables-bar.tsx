// The variables of a dashboard; what is chosen stands in the address as `var-site=12`.
import type { DashboardDocument, Variable } from '@deye-hard/monitoring'
import { useMemo, useState } from 'preact/hooks'
import type { VariableValues } from '../../src/pages/page-shapes.ts'
import type { VariableAnswer } from '../../src/pages/variable-values.ts'
import { useAgain } from '../shell/again.ts'
import { go, usePlace, withQuery } from '../shell/place.tsx'
import { postJson, useAsked } from '../shell/server.ts'
import type { PageTime } from '../shell/time.tsx'
import { MultiChoice } from './multi-choice.tsx'

const ALL = '__all__'
/** Values come and go slowly. */
const ASK_EVERY_MS = 60_000

export function useVariables({ spec }: DashboardDocument): VariableValues {
  const { query } = usePlace()
  const given = query.toString()
  return useMemo(() => {
    const chosen = new URLSearchParams(given)
    return Object.fromEntries(
      spec.variables.map(variable => [variable.spec.name, chosenValue(variable, chosen)]),
    )
  }, [spec, given])
}

export function VariablesBar({
  document,
  variables,
  time,
}: {
  document: DashboardDocument
  variables: VariableValues
  time: PageTime
}) {
  if (document.spec.variables.length === 0) return null
  return (
    <fieldset class="variables">
      <legend class="visually-hidden">Variables</legend>
      {document.spec.variables.map(variable => (
        <VariableChoice
          key={variable.spec.name}
          dashboard={document.name}
          variable={variable}
          variables={variables}
          time={time}
        />
      ))}
    </fieldset>
  )
}

interface ChoiceProps {
  dashboard: string
  variable: Variable
  variables: VariableValues
  time: PageTime
}

function VariableChoice({ dashboard, variable, variables, time: { range } }: ChoiceProps) {
  const { name } = variable.spec
  const minute = Math.floor(range.endMs / ASK_EVERY_MS)
  const [retry, setRetry] = useState(0)
  const asked = useAsked<VariableAnswer>(`${minute} ${range.endMs - range.startMs} ${retry}`, signal =>
    postJson('/api/variables', { dashboard, variable: name, ...range, variables }, signal),
  )
  const problem = asked.answer?.kind === 'refused' ? asked.answer.reason : asked.problem
  useAgain(problem !== undefined, retry, () => setRetry(retry + 1))
  const chosen = [variables[name] ?? ALL].flat().map(String)
  const found = asked.answer?.kind === 'data' ? asked.answer.values : []
  const isCut = asked.answer?.kind === 'data' && asked.answer.isCut
  const values = [...new Set([...found, ...chosen.filter(value => value !== ALL)])]
  const title = variable.spec.display?.name ?? name
  const put = (value: string | readonly string[] | null) => go(withQuery({ [`var-${name}`]: value }))
  if (variable.kind === 'TextVariable')
    return <TextChoice title={title} value={chosen[0] ?? ''} onChoose={put} />
  if (variable.spec.allowMultiple === true)
    return (
      <MultiChoice
        title={title}
        values={values}
        isCut={isCut}
        problem={problem}
        chosen={chosen.filter(value => value !== ALL)}
        onChoose={put}
      />
    )
  return (
    <label>
      <span>{title}</span>
      <select
        value={chosen[0] ?? ALL}
        onChange={event => put(event.currentTarget.value === ALL ? null : event.currentTarget.value)}
      >
        {variable.spec.allowAllValue === true ? <option value={ALL}>All</option> : null}
        {values.map(value => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
        {isCut ? <option disabled>and more (LENS_VARIABLE_VALUES_MAX)</option> : null}
      </select>
    </label>
  )
}

function TextChoice({
  title,
  value,
  onChoose,
}: {
  title: string
  value: string
  onChoose(value: string): void
}) {
  return (
    <label>
      <span>{title}</span>
      <input type="text" value={value} onChange={event => onChoose(event.currentTarget.value)} />
    </label>
  )
}

function chosenValue(variable: Variable, query: URLSearchParams): string | readonly string[] {
  const chosen = query.getAll(`var-${variable.spec.name}`)
  if (variable.kind === 'TextVariable') return chosen[0] ?? variable.spec.value
  if (chosen.length > 0) return variable.spec.allowMultiple === true ? chosen : chosen[0]!
  const { defaultValue, allowAllValue } = variable.spec
  return defaultValue ?? (allowAllValue === true ? ALL : '')
}
