// Runs once before all tests and once after them: offers database servers to the test processes, and stops what was started.
import { openServerBroker } from './database/broker.ts'
import { BROKER_URL } from './database/servers.ts'

/** Costs nothing until the first test asks for a database. */
export async function setup(): Promise<() => Promise<void>> {
  const broker = await openServerBroker()
  process.env[BROKER_URL] = broker.url
  return broker.close
}
