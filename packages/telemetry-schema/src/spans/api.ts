// Spans of the API: request, handler, statement.
import { DB_OPERATIONS } from '../operations.ts'
import { API as by } from '../services.ts'
import type { SpanDeclaration } from './span.ts'

/** An exception stands on its request alone, once; the spans that it passed through say its type. */
const EXCEPTION = ['exception.type', 'exception.message', 'exception.stacktrace'] as const

export const apiSpans = {
  request: {
    kind: 'server',
    name: /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HTTP|_OTHER)( .+)?$/,
    about:
      '`<method> <route>`, from the first byte to the last. Made by instrumentation-http; path, host and user agent are left out, callers write what they like into them',
    attributes: [
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'url.scheme',
      'network.protocol.version',
      'user.id',
      'request.id',
      'error.type',
      ...EXCEPTION,
    ],
    sampling:
      'all but health and metrics, as far as OTEL_TRACES_SAMPLER lets; the collector’s as its shipment',
    by,
  },
  handler: {
    kind: 'internal',
    about: 'The handler of a route, after the checks of access and body',
    attributes: [
      'http.route',
      'batch.id',
      'batch.size',
      'batch.stored',
      'batch.duplicates',
      'batch.quarantined',
      'batch.rejected',
      'inverter.id',
      'error.type',
    ],
    sampling: 'as its request',
    by,
  },
  statement: {
    kind: 'client',
    name: new RegExp(`^(${DB_OPERATIONS.join('|').replaceAll('.', '\\.')})$`),
    about: 'A statement or transaction of the store, under its name; never its text or values',
    attributes: ['db.system.name', 'db.operation.name', 'error.type'],
    sampling: 'as its parent; without one none is recorded',
    by,
  },
} as const satisfies Record<string, SpanDeclaration>
