// The operator's command line: `npm run ops -- <command>`, and `npm start`, which is its command `local`.
import { ConfigError } from '@deye-hard/config'
import { CommanderError } from 'commander'
import { OpsError } from './errors.ts'
import { EXIT } from './exit.ts'
import { buildProgram } from './program.ts'

try {
  await buildProgram().parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** The edge: one sentence on stderr for what is expected to happen, the stack for what is a bug. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof OpsError) {
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT.configuration
  }
  process.stderr.write(
    `This is a bug, please report it with these lines:\n${(error as Error).stack ?? error}\n`,
  )
  return EXIT.negative
}
