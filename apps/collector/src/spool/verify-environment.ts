// Reads every page of a spool once, in a process of its own that may die of it: exit 0 when all of it could be read.
import { open } from 'lmdb'

const folder = process.argv[2]!
const root = open({ path: folder, readOnly: true, maxDbs: 4, encoding: 'binary' })
for (const name of ['groups', 'batches', 'dead', 'meta']) {
  const table = root.openDB({ name, encoding: 'binary' })
  for (const _ of table.getRange({}));
}
await root.close()
