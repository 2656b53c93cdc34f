// Fault duplicate-burst: each data frame arrives several times within one read.
import type { Fault } from './fault.ts'
import { tamperAwake } from './tamper-awake.ts'

const DATA_CODE = 0x42

export const duplicateBurst: Fault = {
  name: 'duplicate-burst',
  about: 'Each data frame is sent `copies` times in a row, byte for byte the same.',
  count: 5,
  seconds: 60,
  mails: [],
  outcome: 'Each record becomes one row; the copies are counted as duplicates and acked.',
  extra: { name: 'copies', value: 4, min: 1, max: 100 },
  begin(context) {
    const copies = context.args.extra
    return tamperAwake(context, {
      outgoing: bytes =>
        bytes[4] === DATA_CODE ? [Buffer.concat(new Array<Buffer>(Math.round(copies)).fill(bytes))] : [bytes],
    })
  },
}
