// Child of kill.test.ts: appends and drains without end, and journals what it was told until it is killed.
import { openSync, writeSync } from 'node:fs'
import { openSpool } from '../../src/spool/spool.ts'
import { readAll } from './spool-folder-reading.ts'

const IN_FLIGHT = 300
const [folder, journalPath, round] = process.argv.slice(2) as [string, string, string]
const spool = await openSpool({ folder, maxBytes: 256 * 2 ** 20 })
const journal = openSync(journalPath, 'a')
let next = 0

for (let index = 0; index < IN_FLIGHT; index++) appendOne()
while (true) {
  await new Promise(resolve => setTimeout(resolve, 2))
  const oldest = readAll(spool).slice(0, 5)
  // Written before the change: a removal that the kill cut off may or may not have happened.
  for (const { entries } of oldest)
    for (const { bytes } of entries) writeSync(journal, `removing ${bytes.toString()}\n`)
  const count = oldest.reduce((sum, { entries }) => sum + entries.length, 0)
  await spool.change({ removeGroups: oldest, counts: { stored: count } })
}

function appendOne(): void {
  const name = `${round}-${next++}`
  const bytes = Buffer.from(name)
  spool.append({ bytes, receivedAtMs: Date.now(), messageClass: 'message', loggerSerial: 1 }, outcome => {
    if (outcome !== 'durable') throw new Error(outcome)
    writeSync(journal, `durable ${name}\n`)
    appendOne()
  })
}
