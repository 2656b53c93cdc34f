// Writes alerts/schema: `node --conditions=source packages/monitoring/src/write-schemas.ts`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SCHEMA_FILES } from './schemas.ts'

const root = join(import.meta.dirname, '../../..')

for (const [file, text] of Object.entries(SCHEMA_FILES)) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
