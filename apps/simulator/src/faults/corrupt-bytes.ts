// Fault corrupt-bytes: one byte of a frame is changed on the way, as a bad radio link does.
import { wholeBetween } from '../random.ts'
import type { Fault } from './fault.ts'
import { tamperAwake } from './tamper-awake.ts'

export const corruptBytes: Fault = {
  name: 'corrupt-bytes',
  about:
    'One byte of a frame is wrong, so that no such frame can be accepted; `share` of all frames are hit.',
  count: 5,
  seconds: 60,
  extra: { name: 'share', value: 0.5, min: 0, max: 1 },
  begin(context) {
    const { args, random } = context
    return tamperAwake(context, {
      outgoing: bytes => {
        if (random() >= args.extra) {
          return [bytes]
        }
        const corrupt = Buffer.from(bytes)
        corrupt[wholeBetween(random, 0, bytes.length - 1)]! ^= wholeBetween(random, 1, 255)
        return [corrupt]
      },
    })
  },
}
