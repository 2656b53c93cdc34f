// What tests share: databases, a clock that stands still, waiting for conditions, real processes.
export {
  closeTestServers,
  createTestDatabase,
  type DatabaseKind,
  type DatabaseNeed,
  databaseKinds,
  type TestDatabase,
} from './database/test-database.ts'
export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { isAlive } from './is-alive.ts'
export { type NodeProcess, type ProcessExit, spawnNode } from './spawn-node.ts'
export { waitUntil } from './wait-until.ts'
