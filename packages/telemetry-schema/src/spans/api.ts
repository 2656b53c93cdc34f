// Spans of the API: request, handler, statement.
import { DB_OPERATIONS } from '../operations.ts'
import { API as by } from '../services.ts'
import type { SpanDeclaration } from './span.ts'

const ERROR = ['error.type', 'exception.type', 'exception.message', 'exception.stacktrace'] as const

export const apiSpans = {
  request: {
    kind: 'server',
    name: /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HTTP|_OTHER)( .+)?$/,
    about: '`<method> <route>`, from the first byte to the last. Made by instrumentation-http',
    attributes: [
      'http.request.method',
      'http.request.method_original',
      'http.route',
      'http.response.status_code',
      'url.scheme',
      'url.path',
      'server.address',
      'server.port',
      'network.peer.address',
      'network.peer.port',
      'network.protocol.version',
      'client.address',
      'user_agent.original',
      'user.id',
      'request.id',
      ...ERROR,
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
      ...ERROR,
    ],
    sampling: 'as its request',
    by,
  },
  statement: {
    kind: 'client',
    name: new RegExp(`^(${DB_OPERATIONS.join('|').replaceAll('.', '\\.')})$`),
    about: 'A statement or transaction of the store, under its name; never its text or values',
    attributes: ['db.system.name', 'db.operation.name', ...ERROR],
    sampling: 'as its parent; without one none is recorded',
    by,
  },
} as const satisfies Record<string, SpanDeclaration>
