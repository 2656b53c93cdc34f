// Writes a page of measurements as JSON text by hand: it is the hot answer, and its shape is fixed by the query.
import type { QuantityName } from '@deye-hard/domain'
import type { BucketRow, MeasurementRow } from '@deye-hard/store'

export interface PageHead {
  inverter_id: number
  from: string
  to: string
  bucket: string | null
  fields: readonly QuantityName[]
  next_cursor: string | null
}

export function writeMeasurements(head: PageHead, rows: readonly MeasurementRow[]): string {
  const writeValues = valuesWriter(head.fields)
  const items = rows.map(
    row =>
      `{"time":"${row.time.toISOString()}","received_at":"${row.receivedAt.toISOString()}","buffered":${row.buffered}` +
      `,"time_quality":"${row.timeQuality}","values":${writeValues(row.values)}}`,
  )
  return writePage(head, items)
}

export function writeBuckets(head: PageHead, rows: readonly BucketRow[]): string {
  const writeValues = valuesWriter(head.fields)
  const items = rows.map(
    row =>
      `{"time":"${row.time.toISOString()}","samples":${row.samples},"values":${writeValues(row.values)}}`,
  )
  return writePage(head, items)
}

function writePage(head: PageHead, items: readonly string[]): string {
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`
}

type Values = MeasurementRow['values']

/** Names of quantities are plain identifiers, so they need no escaping. */
function valuesWriter(fields: readonly QuantityName[]): (values: Values) => string {
  const keys = fields.map((field, index) => `${index === 0 ? '{' : ','}"${field}":`)
  return values => {
    let text = ''
    for (let index = 0; index < fields.length; index += 1) {
      text += keys[index]! + numberText(values[fields[index]!])
    }
    return `${text}}`
  }
}

/** JSON knows neither NaN nor infinity. */
function numberText(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? 'null' : String(value)
}
