// `npm run docs`: writes docs/coverage.md.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../project.ts'
import { COVERAGE_FILE, coveragePage } from './coverage-page.ts'

writeFileSync(join(PROJECT_ROOT, COVERAGE_FILE), coveragePage())
