// Whatever a label holds, the filter that a drill-down makes of it asks for exactly that.
import { planQuery } from '@deye-hard/monitoring'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterLiteral } from '../../src/pages/drawing/filter-literal.ts'
import { linkTarget } from '../../src/pages/drawing/panel-link.ts'
import { sqlText } from '../../src/pages/sql-literal.ts'

const RANGE = { startMs: 1_000, endMs: 2_000 }
/** Every sign that means something in a filter, in JSON or in an address. */
const value = fc.string({
  unit: fc.oneof(fc.constantFrom(...`'"\\%&?#=+ {}()\n`), fc.string({ maxLength: 1 })),
})

/** The statement that a list of spans with this filter becomes. */
function statementOf(filter: string): string {
  const spec = { name: 'A', signal: 'traces', filter: { expression: filter }, limit: 1 } as const
  const queries = [{ type: 'builder_query', spec }] as const
  const plan = planQuery({ ...RANGE, requestType: 'raw', queries, variables: {} })
  return plan.kind === 'plan' ? plan.statements[0]!.sql : `refused: ${plan.reason}`
}

function target(expression: string, label: string): URLSearchParams {
  const query = `{"builder":{"queryData":[{"filter":{"expression":"${expression}"}}],"note":"{{_x}}"}}`
  const link = linkTarget(`/traces-explorer?compositeQuery=${query}`, {
    range: RANGE,
    labels: { x: label },
    variables: {},
  })
  return new URL(link!, 'http://lens').searchParams
}

it('a value between quotes is read back as it was', () => {
  fc.assert(
    fc.property(value, text => {
      const sql = statementOf(target("http.route = '{{_x}}' AND name = 'b'", text).get('filter')!)
      expect(sql).toContain(sqlText(text))
      expect(sql).not.toContain('refused')
    }),
  )
})

it('a value of a log line is read back as it was', () => {
  fc.assert(
    fc.property(value, text => {
      expect(statementOf(`http.route = ${filterLiteral(text)}`)).toContain(sqlText(text))
    }),
  )
})

it('a place without quotes takes a number as it is, and quotes everything else', () => {
  expect(target('serial = {{_x}}', '4000000001').get('filter')).toBe('serial = 4000000001')
  expect(target('serial = {{_x}}', "1 OR a = 'b'").get('filter')).toBe("serial = '1 OR a = \\'b\\''")
})

it('a place that is in no filter stays as it is', () => {
  const link = linkTarget('/dashboard/fleet?variables={"logger":["{{_x}}"]}', {
    range: RANGE,
    labels: { x: "a'b\\" },
    variables: {},
  })
  expect(new URL(link!, 'http://lens').searchParams.get('var-logger')).toBe("a'b\\")
})
