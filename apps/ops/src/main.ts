// The operator's command line: `npm run ops -- <command>`, and `npm start`, which is its command `local`.
import { ConfigError } from '@deye-hard/config'
import { StoreError } from '@deye-hard/store'
import { CommanderError } from 'commander'
import { OpsError } from './errors.ts'
import { EXIT } from './exit.ts'
import { buildProgram } from './program.ts'

/** What a disk or its rights may refuse at any moment; everything else of the file system is a bug of ours. */
const DISK_REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EIO'])

try {
  await buildProgram().parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** The edge: one sentence on stderr for what is expected to happen, the stack for what is a bug. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof OpsError) return say(error.message, error.exitCode)
  if (error instanceof ConfigError || error instanceof StoreError)
    return say(error.message, EXIT.configuration)
  if (isDiskRefusal(error))
    return say(`${error.message}: check free space and the rights of this file.`, EXIT.configuration)
  const stack = error instanceof Error ? error.stack : String(error)
  return say(`This is a bug, please report it with these lines:\n${stack}`, EXIT.negative)
}

function isDiskRefusal(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = error as NodeJS.ErrnoException
  return error instanceof Error && syscall !== undefined && code !== undefined && DISK_REFUSALS.has(code)
}

function say(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`)
  return exitCode
}
