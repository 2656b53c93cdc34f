// Columns that SigNoz's exporter takes from the attributes of a span; the later of two names that mean the same wins.
import { type PlainValue, toText } from './values.ts'

/** opentelemetry.proto.trace.v1.Span.SpanKind. */
const CLIENT = 3

export interface SpanColumns {
  response_status_code: string
  external_http_url: string
  http_url: string
  external_http_method: string
  http_method: string
  http_host: string
  db_name: string
  db_operation: string
}

const COLUMN_OF: Readonly<Record<string, keyof SpanColumns>> = {
  'http.status_code': 'response_status_code',
  'http.response.status_code': 'response_status_code',
  'rpc.grpc.status_code': 'response_status_code',
  'rpc.jsonrpc.error_code': 'response_status_code',
  'http.url': 'http_url',
  'url.full': 'http_url',
  'http.method': 'http_method',
  'http.request.method': 'http_method',
  'http.host': 'http_host',
  'server.address': 'http_host',
  'client.address': 'http_host',
  'http.request.header.host': 'http_host',
  'db.name': 'db_name',
  'db.namespace': 'db_name',
  'db.operation': 'db_operation',
  'db.operation.name': 'db_operation',
}

export function spanColumns(
  attributes: readonly (readonly [string, PlainValue])[],
  kind: number,
): SpanColumns {
  const columns: SpanColumns = {
    response_status_code: '',
    external_http_url: '',
    http_url: '',
    external_http_method: '',
    http_method: '',
    http_host: '',
    db_name: '',
    db_operation: '',
  }
  for (const [key, value] of attributes) {
    const column = COLUMN_OF[key]
    if (column !== undefined) columns[column] = toText(value)
  }
  if (kind !== CLIENT) return columns
  columns.external_http_method = columns.http_method
  columns.external_http_url = URL.parse(columns.http_url)?.hostname ?? columns.http_url
  return columns
}
