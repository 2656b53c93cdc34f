// Fault garbage-between: bytes that belong to no frame stand before each frame.
import { pickOne } from '../random.ts'
import type { Fault } from './fault.ts'
import { tamperAwake } from './tamper-awake.ts'

/** As seen on real sticks (reference 1.5): AT text, bare Modbus replies, and a false start byte with a huge length. */
const GARBAGE = [
  Buffer.from('AT+YZCMPVER=MW3_16U_5406_2.27\r\n\r\n', 'ascii'),
  Buffer.from('aa030a00000000000000000000be9c', 'hex'),
  Buffer.from('010308010000000000000084d6', 'hex'),
  Buffer.from('a5ffff1042', 'hex'),
] as const

export const garbageBetween: Fault = {
  name: 'garbage-between',
  about: 'Text and bare Modbus bytes stand before each frame, as behind an external relay.',
  count: 20,
  seconds: 900,
  mails: [{ rule: 'ParseErrors', tier: 'warning', afterMinutes: 14, overAfterMinutes: 19 }],
  outcome:
    'All frames are found between the garbage and stored; the mail asks who sends the rest. A minute of it, or one bad line, mails nobody.',
  begin(context) {
    return tamperAwake(context, {
      outgoing: bytes => [Buffer.concat([pickOne(context.random, GARBAGE), bytes])],
    })
  },
}
