// Every attribute that a resource, a span or a log record may carry, with its type and meaning.

export interface AttributeDeclaration {
  type: 'string' | 'number' | 'boolean' | 'string[]'
  about: string
}

/** What never leaves a service, under any name: e-mail, SSID, MAC, tokens, passwords, bodies. */
export const RESOURCE_ATTRIBUTES = {
  'service.name': { type: 'string', about: 'solar-api, solar-collector, …' },
  'service.version': { type: 'string', about: 'Version of the build' },
  'service.namespace': { type: 'string', about: 'deye-hard' },
  'service.instance.id': {
    type: 'string',
    about: 'Stable over restarts: OTEL_SERVICE_INSTANCE_ID, else the host name',
  },
  'deployment.environment.name': { type: 'string', about: 'production, local, test' },
  'deployment.environment': { type: 'string', about: 'The same under the older name, which SigNoz reads' },
  'host.name': { type: 'string', about: 'Host or container' },
  'telemetry.sdk.language': { type: 'string', about: 'nodejs' },
  'telemetry.sdk.name': { type: 'string', about: 'opentelemetry' },
  'telemetry.sdk.version': { type: 'string', about: 'Version of the SDK' },
} as const satisfies Record<string, AttributeDeclaration>

export const ATTRIBUTES = {
  'logger.serial': { type: 'string', about: 'Serial number that the frame names' },
  'inverter.id': { type: 'string', about: 'Id of a registered inverter' },
  'site.id': { type: 'string', about: 'Id of a registered site' },
  'user.id': { type: 'string', about: 'Id of the user who asked' },
  'request.id': { type: 'string', about: 'Id of the request, as in the answer and in log lines' },
  'solarman.control_code': { type: 'string', about: 'Control code of the frame, for example 0x4210' },
  'solarman.buffered': { type: 'boolean', about: 'A record replayed from the memory of the logger' },
  'frame.size': { type: 'number', about: 'Bytes of the frame' },
  'frame.outcome': {
    type: 'string',
    about: 'acked; kept and lost for frames that ask for no ack; unacked; malformed; failed in a handler',
  },
  'frame.offset': {
    type: 'number',
    about: 'Position in the stream of its connection where the frame, or malformed bytes, begin',
  },
  'decode.kind': { type: 'string', about: 'reading, event or undecodable' },
  'decode.reason': { type: 'string', about: 'What the decoder or the check found wrong, without values' },
  'decode.offset': {
    type: 'number',
    about: 'Byte of the frame at which decoding stopped; absent where the whole frame was read',
  },
  'sampling.probability': { type: 'number', about: 'Chance that this span had to be recorded; 1 for errors' },
  'connection.phase': {
    type: 'string',
    about: 'opened, open or closed: which part of a connection the span covers',
  },
  'connection.close_reason': { type: 'string', about: 'Why it ended' },
  'connection.frames': { type: 'number', about: 'Frames received on the connection so far' },
  'connection.acks': { type: 'number', about: 'Acks sent on the connection so far' },
  'connection.malformed': { type: 'number', about: 'Runs of malformed bytes on the connection so far' },
  'connection.age': { type: 'number', about: 'Seconds since it was accepted' },
  'client.address': { type: 'string', about: 'Address of the peer; on connection spans only' },
  'batch.id': { type: 'string', about: 'Id of the batch between collector and API' },
  'batch.size': { type: 'number', about: 'Messages in the batch' },
  'batch.lane': { type: 'string', about: 'live, backlog or resend' },
  'batch.stored': { type: 'number', about: 'Messages of the batch that became rows' },
  'batch.duplicates': { type: 'number', about: 'Messages of the batch that were there already' },
  'batch.quarantined': { type: 'number', about: 'Messages of the batch that went to quarantine' },
  'batch.rejected': { type: 'number', about: 'Messages of the batch that were refused' },
  'lookup.loggers': { type: 'number', about: 'Registered loggers in the answer' },
  outcome: { type: 'string', about: 'How it ended' },
  'error.type': { type: 'string', about: 'Code or name of the error; absent when there was none' },
  'exception.type': { type: 'string', about: 'Class or code of an exception, on span events' },
  'exception.message': { type: 'string', about: 'Message of an exception, on span events' },
  'exception.stacktrace': { type: 'string', about: 'Stack of an exception, on span events' },
  'db.system.name': { type: 'string', about: 'postgresql' },
  'db.operation.name': {
    type: 'string',
    about: 'Name that the store gives the statement; never its text or values',
  },
  'http.request.method': { type: 'string', about: 'Method' },
  'http.request.method_original': { type: 'string', about: 'Method as it came, when unknown' },
  'http.route': { type: 'string', about: 'Pattern of the route, never the address itself' },
  'http.response.status_code': { type: 'number', about: 'Status of the answer' },
  'url.scheme': { type: 'string', about: 'http or https' },
  'url.path': { type: 'string', about: 'Path without its query' },
  'url.full': { type: 'string', about: 'Address of an outgoing request: the API, without a query' },
  'server.address': { type: 'string', about: 'Host that was asked' },
  'server.port': { type: 'number', about: 'Port that was asked' },
  'network.peer.address': { type: 'string', about: 'Peer of an HTTP connection' },
  'network.peer.port': { type: 'number', about: 'Port of the peer of an HTTP connection' },
  'network.protocol.version': { type: 'string', about: '1.1' },
  'user_agent.original': { type: 'string', about: 'User agent of an HTTP request' },
} as const satisfies Record<string, AttributeDeclaration>

export type AttributeName = keyof typeof ATTRIBUTES
