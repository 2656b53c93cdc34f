// The process: reads settings, starts the API, and ends with grace on SIGTERM and SIGINT.
import { ConfigError } from '@deye-hard/config'
import { openStore } from '@deye-hard/store'
import { createLogger, flushLogger } from '@deye-hard/telemetry'
import { KeyFileError, openKeyRing } from './keys.ts'
import { serve } from './serve.ts'
import { readApiSettings } from './settings.ts'

/** sysexits.h EX_CONFIG: restarting does not help, a person must change something. */
const EXIT_CONFIG = 78
const EXIT_FAILURE = 1

async function main(): Promise<void> {
  const settings = readApiSettings(process.env)
  const keys = await openKeyRing(settings.jwtKeysFile)
  const logger = createLogger({ service: 'solar-api', level: settings.logLevel })
  const store = openStore(settings, {
    onPoolError: error => logger.warn({ error }, 'idle database connection broke'),
  })
  const api = await serve({ settings, store, keys, logger: logger.pino })

  const stop = async (signal: string) => {
    logger.info({ signal }, 'stopping')
    await api.stop()
    logger.info('stopped')
    await flushLogger(logger)
    process.exit(0)
  }
  process.on('SIGTERM', signal => void stop(signal))
  process.on('SIGINT', signal => void stop(signal))
  process.on('SIGHUP', () => void api.reloadKeys())
}

main().catch((error: unknown) => {
  const isConfig = error instanceof ConfigError || error instanceof KeyFileError
  process.stderr.write(`${sentenceFor(error)}\n`)
  process.exit(isConfig ? EXIT_CONFIG : EXIT_FAILURE)
})

function sentenceFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return 'API_PORT: the port is in use; stop the other program or choose another port.'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return 'API_HOST: this machine has no such address; 127.0.0.1 is for itself, 0.0.0.0 for every network.'
  }
  if (code === 'EACCES') return 'API_PORT: this user may not open the port; choose one above 1023.'
  return error.message
}
