// Entry: settings, then telemetry before anything that it has to see, then the process itself. What cannot start says why in one sentence.
import { ConfigError } from '@deye-hard/config'
import { createLogger } from '@deye-hard/telemetry'
import { startTelemetry } from '@deye-hard/telemetry/start'
import { readCollectorSettings } from './settings.ts'
import { VERSION } from './version.ts'

const service = 'solar-collector'
/** EX_CONFIG of sysexits.h: restarting does not help, a person must change something. */
const EXIT_BAD_SETTINGS = 78

try {
  const settings = readCollectorSettings(process.env)
  const logger = createLogger({ service, level: settings.logLevel, limits: settings })
  const telemetry = await startTelemetry({ service, version: VERSION, environment: process.env, logger })
  const { run } = await import('./process.ts')
  await run({ settings, logger, telemetry })
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(EXIT_BAD_SETTINGS)
}
