// What other code may use of the API: the factory, its settings, and a new signing key.
export { type AppParts, buildApp } from './app.ts'
export { type Clock, systemClock } from './clock.ts'
export { generateSigningKey, type KeyRing, openKeyRing } from './keys.ts'
export { type RunningApi, serve } from './serve.ts'
export { type ApiSettings, apiSettings, readApiSettings } from './settings.ts'
