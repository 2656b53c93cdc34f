// `ops migrate`: brings the schema of the database up to this version.
import { Command } from 'commander'
import { withStore } from '../database.ts'
import { OpsError } from '../errors.ts'
import { answer, type OutputOptions } from '../output.ts'

interface MigrateOptions extends OutputOptions {
  check?: boolean
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('apply what is missing, forward only; twice is safe')
    .option('--check', 'change nothing; exit 1 when something is missing')
    .option('--json', 'machine-readable answer')
    .addHelpText('after', '\nExample:\n  npm run ops -- migrate --check')
    .action(migrate)
}

async function migrate(options: MigrateOptions): Promise<void> {
  await withStore(async store => {
    if (options.check) {
      // A query first: `ready` never throws, so it alone cannot tell an absent server from an old schema.
      await store.hasTimescale()
      const state = await store.ready()
      if (!state.ready)
        throw new OpsError(
          'OPS_NOT_READY',
          `The schema is not current (${state.reason}): run \`npm run ops -- migrate\`.`,
        )
      answer(options, { outcome: 'current' }, 'The schema is current.')
      return
    }
    const { applied, current } = await store.migrate()
    const text = applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'Nothing to do.'
    answer(options, { outcome: 'migrated', applied, current }, `${text} The schema is at ${current}.`)
  })
}
