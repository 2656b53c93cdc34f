// Fault corrupt-bytes: one byte of a frame is changed on the way, as a bad radio link does.
import { wholeBetween } from '../random.ts'
import type { Fault } from './fault.ts'
import { tamperAwake } from './tamper-awake.ts'

export const corruptBytes: Fault = {
  name: 'corrupt-bytes',
  about:
    'One byte of a frame is wrong, so that no such frame can be accepted; `share` of all frames are hit.',
  count: 20,
  seconds: 900,
  mails: [{ rule: 'ParseErrors', tier: 'warning', afterMinutes: 14, overAfterMinutes: 19 }],
  outcome:
    'A part of what arrives cannot be read; nothing is lost, because what is not acked is sent again. A minute of it, or one bad line, mails nobody.',
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
