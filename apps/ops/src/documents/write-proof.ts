// `npm run docs`: writes docs/proof.md.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../project.ts'
import { readProofFacts } from './proof-facts.ts'
import { PROOF_FILE, proofPage } from './proof-page.ts'

writeFileSync(join(PROJECT_ROOT, PROOF_FILE), proofPage(readProofFacts(PROJECT_ROOT)))
