// The collector: TCP 8899 in, batches of measurements out, nothing acked that is not on disk.
export { type Collector, startCollector } from './app.ts'
export { collectorSettings, readCollectorSettings } from './settings.ts'
