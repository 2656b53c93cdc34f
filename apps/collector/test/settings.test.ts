// Settings outside their range end the start with a sentence that names the variable, and never reach the network.
import { ConfigError } from '@deye-hard/config'
import { expect, it } from 'vitest'
import { settingsOf } from './harness.ts'

it.each([
  ['COLLECTOR_PORT', '65536'],
  ['COLLECTOR_PORT', 'solar'],
  ['CONNECTIONS_MAX', '0'],
  ['CONNECTIONS_PER_ADDRESS_MAX', '-1'],
  ['FRAME_PAYLOAD_MAX', '1MiB'],
  ['FIRST_FRAME_TIMEOUT', 'soon'],
  ['UNACKED_FRAMES_MAX', '0'],
  ['SPOOL_MAX_BYTES', '1KiB'],
  ['SPOOL_MAX_UNKNOWN_MESSAGES', '-1'],
  ['SHIP_BATCH_MESSAGES', '1001'],
  ['SHIP_BATCH_BYTES', '1KiB'],
  ['SHIP_BATCHES_IN_FLIGHT', '17'],
  ['ACK_HEARTBEAT_INTERVAL', '86401'],
  ['READING_MAX_AGE', '1h'],
  ['UNKNOWN_LOGGER_DATA', 'drop'],
  ['API_URL', 'ftp://example.org'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => settingsOf({ [name]: value })).toThrow(ConfigError)
  expect(() => settingsOf({ [name]: value })).toThrow(name)
})

it('names all that are wrong at once', () => {
  const wrong = { SHIP_BATCH_MESSAGES: '0', IDLE_TIMEOUT: 'x' }
  for (const name of Object.keys(wrong)) expect(() => settingsOf(wrong)).toThrow(name)
})
