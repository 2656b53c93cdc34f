// Entry: settings and telemetry first, because telemetry must be there before anything imports http; then the process itself.
import { createLogger } from '@deye-hard/telemetry'
import { startTelemetry } from '@deye-hard/telemetry/start'
import { openKeyRing } from './keys.ts'
import { readApiSettings } from './settings.ts'
import { trustsParentOf } from './signals/trusted-routes.ts'
import { VERSION } from './version.ts'

const service = 'solar-api'
/** sysexits.h EX_CONFIG: restarting does not help, a person must change something. */
const EXIT_CONFIG = 78
const EXIT_FAILURE = 1
const CONFIG_ERRORS = ['ConfigError', 'KeyFileError']

try {
  const settings = readApiSettings(process.env)
  const keys = await openKeyRing(settings.jwtKeysFile)
  const logger = createLogger({ service, level: settings.logLevel, limits: settings })
  const telemetry = await startTelemetry({
    service,
    version: VERSION,
    environment: process.env,
    trustRemoteParent: trustsParentOf,
    logger,
  })
  const { run } = await import('./process.ts')
  await run({ settings, keys, logger, telemetry })
} catch (error) {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  process.stderr.write(`${message}\n`)
  process.exit(CONFIG_ERRORS.includes(name) ? EXIT_CONFIG : EXIT_FAILURE)
}
