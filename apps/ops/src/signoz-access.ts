// As whom a command talks to SigNoz, from the settings.
import { readSettings } from '@deye-hard/config'
import { OpsError } from './errors.ts'
import { type Credentials, SigNozClient } from './provision/signoz-client.ts'
import { sigNozSettings } from './settings.ts'

/** Throws OPS_CONFIGURATION when neither a key nor a login is set. */
export function sigNozClient(): SigNozClient {
  const { url, apiKey, email, password } = readSettings(sigNozSettings, process.env)
  const credentials: Credentials | null =
    apiKey !== undefined
      ? { kind: 'api_key', apiKey }
      : password !== undefined
        ? { kind: 'login', email, password }
        : null
  if (credentials === null)
    throw new OpsError(
      'OPS_CONFIGURATION',
      'There is no secret to log in to SigNoz with: set SIGNOZ_API_KEY, or SIGNOZ_PASSWORD and, unless it is the default, SIGNOZ_EMAIL (each secret also as NAME_FILE).',
    )
  return new SigNozClient(url, credentials)
}
