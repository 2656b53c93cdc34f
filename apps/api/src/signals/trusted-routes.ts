// Whose trace context is believed: the collector's, on the routes for services. Anybody else could force sampling and write into traces of ours.
import type { IncomingMessage } from 'node:http'

const INGEST = '/api/measurements'
const SERVICE_ROUTES = '/api/service/'

export function trustsParentOf({ method, url = '' }: IncomingMessage): boolean {
  return url.startsWith(SERVICE_ROUTES) || (method === 'POST' && url === INGEST)
}
