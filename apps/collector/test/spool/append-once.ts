// Child of durable.test.ts: one append, with marks in the trace of system calls.
import { writeSync } from 'node:fs'
import { openSpool } from '../../src/spool/spool.ts'

const spool = await openSpool({ folder: process.argv[2]!, maxBytes: 2 ** 20 })
writeSync(2, 'MARK append\n')
const bytes = Buffer.from('MARK frame')
spool.append({ bytes, receivedAtMs: 1, messageClass: 'message', loggerSerial: 1 }, async () => {
  writeSync(2, 'MARK durable\n')
  await spool.close()
})
