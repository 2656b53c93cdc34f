// The body that SigNoz is sent for a dashboard: the file, with ids in its links.
import { expect, it } from 'vitest'
import { soundDashboard } from '../test/sound-dashboard.ts'
import { dashboardPayload } from './dashboard-payload.ts'

it('is the file without $schema, with the ids that SigNoz gave', () => {
  const file = soundDashboard()
  const before = structuredClone(file)
  const sent = dashboardPayload(
    { ...file, document: { $schema: './x.json', ...file.document } },
    new Map([['fleet', '0190-1']]),
  )
  const expected = JSON.parse(JSON.stringify(file.document).replace('/$dashboard(fleet)?', '/0190-1?'))
  expect(sent).toEqual(expected)
  expect(file).toEqual(before)
})

it('links to the list of dashboards while there is no id', () => {
  expect(JSON.stringify(dashboardPayload(soundDashboard(), new Map()))).toContain(
    '"/dashboard?site={{_site.id}}&from={{timestamp_start}}"',
  )
})
