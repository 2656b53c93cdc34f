// Spans of the collector: connection, message, shipment, and its talk with the API.
import { COLLECTOR as by } from '../services.ts'
import type { SpanDeclaration } from './span.ts'

const ERROR = ['error.type', 'exception.type', 'exception.message', 'exception.stacktrace'] as const

export const collectorSpans = {
  'logger connection': {
    kind: 'server',
    about:
      'A part of a connection: from accept to its first frame (opened), then a part every CONNECTION_SPAN_INTERVAL (open), and the last one (closed). No span stays open for days',
    attributes: [
      'connection.phase',
      'connection.close_reason',
      'connection.frames',
      'connection.acks',
      'connection.malformed',
      'connection.age',
      'logger.serial',
      'client.address',
      ...ERROR,
    ],
    links: 'the part before it',
    sampling: 'all',
    by,
  },
  'logger message': {
    kind: 'consumer',
    about:
      'A frame from its last byte in the stream until it is durable in the spool, or why it is not; bytes that are no frame. Heartbeats have none: nothing of them is kept',
    attributes: [
      'logger.serial',
      'solarman.control_code',
      'solarman.buffered',
      'frame.size',
      'frame.outcome',
      'frame.offset',
      'sampling.probability',
      ...ERROR,
    ],
    links: 'the newest part of its connection',
    sampling: 'by a coin that gives FRAME_SPANS_PER_SECOND, errors always within ERROR_SPANS_PER_SECOND',
    by,
  },
  'message decode': {
    kind: 'internal',
    about:
      'The payload of a kept message, decoded and checked before its batch leaves; its parent is the logger message, since the ack does not wait for it',
    attributes: [
      'logger.serial',
      'solarman.control_code',
      'solarman.buffered',
      'decode.kind',
      'decode.reason',
      'decode.offset',
      'sampling.probability',
      ...ERROR,
    ],
    sampling: 'with its logger message; errors always within ERROR_SPANS_PER_SECOND',
    by,
  },
  shipment: {
    kind: 'producer',
    about: 'A batch from its assignment on disk until the API answered and the spool let go of it',
    attributes: [
      'batch.id',
      'batch.size',
      'batch.lane',
      'batch.stored',
      'batch.duplicates',
      'batch.quarantined',
      'batch.rejected',
      ...ERROR,
    ],
    links: 'the traced messages in it; the first of them is its parent',
    sampling: 'with a traced message in it, by the coin, or when it failed',
    by,
  },
  'token refresh': {
    kind: 'internal',
    about: 'Exchange of the client secret for a token',
    attributes: ['outcome', ...ERROR],
    sampling: 'all',
    by,
  },
  'logger look-up': {
    kind: 'internal',
    about: 'The list of registered loggers, asked for',
    attributes: ['outcome', 'lookup.loggers', ...ERROR],
    sampling: 'all',
    by,
  },
  'HTTP request': {
    kind: 'client',
    name: /^(GET|POST)$/,
    about: 'A request to the API; carries traceparent. Made by instrumentation-undici',
    attributes: [
      'http.request.method',
      'http.response.status_code',
      'url.full',
      'url.path',
      'url.scheme',
      'server.address',
      'server.port',
      'network.peer.address',
      'network.peer.port',
      'user_agent.original',
      ...ERROR,
    ],
    sampling: 'as its parent',
    by,
  },
} as const satisfies Record<string, SpanDeclaration>
