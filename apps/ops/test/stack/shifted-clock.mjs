// Preloaded into a service by a test: the wall clock runs off by what a file says, the monotonic clock stays.
import { readFileSync } from 'node:fs'

const REREAD_MS = 50
const file = process.env.CLOCK_OFFSET_FILE
const RealDate = Date
let offsetMs = 0

const timer = setInterval(() => {
  const text = readFileSync(file, 'utf8')
  // It is being written.
  if (text !== '') offsetMs = Number(text)
}, REREAD_MS)
timer.unref()

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [RealDate.now() + offsetMs] : parts))
  }
  static now() {
    return RealDate.now() + offsetMs
  }
}
