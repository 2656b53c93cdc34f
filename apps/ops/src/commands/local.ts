// `ops local`, which is `npm start`: the whole system on this machine, with simulated loggers.
import { Command } from 'commander'
import { addLocalOptions, readLocalOptions } from '../local/options.ts'
import { runLocal } from '../local/run.ts'

export function localCommand(): Command {
  const command = new Command('local')
    .description('run everything on this machine: what `npm start` does')
    .configureHelp({ commandUsage: () => 'npm start -- [options]' })
  return addLocalOptions(command)
    .addHelpText('after', '\nExample:\n  npm start -- --loggers 20 --speed 60 --duration 60s --report r.json')
    .action(async parsed => {
      process.exitCode = await runLocal(readLocalOptions(parsed))
    })
}
