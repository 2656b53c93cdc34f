// Preloaded into all services of `npm start` by a test: their wall clocks run off by what a file says, that of the collector by a file of its own.
const isCollector = process.argv[1]?.includes('/apps/collector/') === true
process.env.CLOCK_OFFSET_FILE = isCollector
  ? process.env.COLLECTOR_CLOCK_FILE
  : process.env.SERVICES_CLOCK_FILE
await import('./shifted-clock.mjs')
