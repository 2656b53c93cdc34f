// `npm run docs`: writes docs/telemetry.md.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { telemetryDocument } from './document.ts'

writeFileSync(join(import.meta.dirname, '../../../docs/telemetry.md'), telemetryDocument())
