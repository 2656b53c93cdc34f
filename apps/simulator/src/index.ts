// The simulator as a library, for benchmarks: a fleet, the load generator and the replay.
export { createFleet, type Fleet, type FleetLogger } from './fleet/fleet.ts'
export { type LoadOptions, type LoadResult, runLoad } from './load/load.ts'
export { type ReplayEntry, readReplayFile } from './replay/entries.ts'
export { type ReplayResult, replay } from './replay/replay.ts'
