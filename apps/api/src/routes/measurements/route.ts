// Reads measurements of one inverter: a range, some fields, single rows or buckets, page by page.
import type { QuantityName } from '@deye-hard/domain'
import type { Static } from 'typebox'
import { type Position, readCursor, writeCursor } from '../../cursor.ts'
import { Refusal } from '../../errors.ts'
import type { App } from '../../parts.ts'
import { callerOf } from '../../plugins/access.ts'
import { aboutInverter } from '../../plugins/request-signals.ts'
import { refuseLargePage, viewerOf } from '../inverters/route.ts'
import { type PageHead, writeBuckets, writeMeasurements } from './page.ts'
import { BUCKETS, MeasurementPage, MeasurementQuery } from './schema.ts'

/** A day of minutes in one page. */
const PAGE_SIZE = 1_440
const DAY_MS = 86_400_000
const HEADLINE_FIELDS: readonly QuantityName[] = [
  'ac_active_power_w',
  'pv_power_total_w',
  'energy_today_kwh',
  'energy_total_kwh',
]

type Query = Static<typeof MeasurementQuery>

export async function measurementRoutes(app: App): Promise<void> {
  app.get(
    '/api/measurements',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Measurements of one inverter in a range of time',
        description: `Without fields: ${HEADLINE_FIELDS.join(', ')}. Gaps stay gaps.`,
        tags: ['fleet'],
        querystring: MeasurementQuery,
        response: { 200: MeasurementPage },
      },
    },
    async (request, reply) => {
      const { query } = request
      const asked = readQuestion(app, query)
      const inverter = await app.store.inverters.find(viewerOf(callerOf(request)), query.inverter_id)
      if (inverter === null) throw new Refusal('not_found')
      aboutInverter(request, inverter.id)
      // Text that has the shape of the schema already, so Fastify must not serialize it again.
      const { text, count } =
        query.bucket === undefined
          ? await readRows(app, asked)
          : await readBuckets(app, asked, BUCKETS[query.bucket])
      request.measurementCount = count
      return reply.type('application/json; charset=utf-8').send(text as never)
    },
  )
}

interface Question {
  head: Omit<PageHead, 'next_cursor'>
  from: Date
  to: Date
  limit: number
  after: Position | null
  /** What a cursor of this query is bound to. */
  binding: string
}

interface Page {
  text: string
  count: number
}

function readQuestion(app: App, query: Query): Question {
  const from = new Date(query.from)
  const to = new Date(query.to)
  refuseRange(app, from, to, query.bucket !== undefined)
  const limit = query.limit ?? Math.min(PAGE_SIZE, app.settings.measurementsPageMax)
  refuseLargePage(limit, app.settings.measurementsPageMax)
  const head = {
    inverter_id: query.inverter_id,
    from: from.toISOString(),
    to: to.toISOString(),
    bucket: query.bucket ?? null,
    fields: fieldsOf(query.fields),
  }
  const binding = JSON.stringify(head)
  const after = query.cursor === undefined ? null : readCursor(app.keys, binding, query.cursor)
  if (query.cursor !== undefined && after === null) throw new Refusal('invalid_cursor')
  return { head, from, to, limit, after, binding }
}

function refuseRange(app: App, from: Date, to: Date, inBuckets: boolean): void {
  const lengthMs = to.getTime() - from.getTime()
  if (!(lengthMs > 0)) {
    const errors = [{ field: 'to', form: 'a time that is not after from', expected: 'a time after from' }]
    throw new Refusal('invalid_request', { errors })
  }
  const maxMs = inBuckets ? app.settings.measurementsBucketRangeMax : app.settings.measurementsRangeMax
  if (lengthMs <= maxMs) return
  const expected = `at most ${maxMs / DAY_MS} days after from`
  throw new Refusal('range_too_long', {
    detail: `The range may be ${maxMs / DAY_MS} days long${inBuckets ? '' : '; with bucket it may be longer'}`,
    errors: [{ field: 'to', form: 'a time too far from from', expected }],
  })
}

function fieldsOf(list: string | undefined): readonly QuantityName[] {
  return list === undefined ? HEADLINE_FIELDS : ([...new Set(list.split(','))] as QuantityName[])
}

/** One row more than asked says whether there is another page. */
async function readRows(app: App, { head, from, to, limit, after, binding }: Question): Promise<Page> {
  const found = await app.store.measurements.range({
    inverterId: head.inverter_id,
    from,
    to,
    fields: head.fields,
    limit: limit + 1,
    ...(after === null ? {} : { after: { time: new Date(after.timeMs), key: after.key } }),
  })
  const rows = found.length > limit ? found.slice(0, limit) : found
  const last = found.length > limit ? rows.at(-1)! : null
  const next = last && writeCursor(app.keys, binding, { timeMs: last.time.getTime(), key: last.key })
  return { text: writeMeasurements({ ...head, next_cursor: next }, rows), count: rows.length }
}

async function readBuckets(app: App, question: Question, bucketS: number): Promise<Page> {
  const { head, from, to, limit, after, binding } = question
  const found = await app.store.measurements.buckets({
    inverterId: head.inverter_id,
    from,
    to,
    fields: head.fields,
    bucketS,
    limit: limit + 1,
    ...(after === null ? {} : { after: new Date(after.timeMs) }),
  })
  const rows = found.length > limit ? found.slice(0, limit) : found
  const last = found.length > limit ? rows.at(-1)! : null
  const next = last && writeCursor(app.keys, binding, { timeMs: last.time.getTime(), key: '' })
  return { text: writeBuckets({ ...head, next_cursor: next }, rows), count: rows.length }
}
