// Preloaded into a collector: its wall clock runs ahead by CLOCK_OFFSET_MS, its monotonic clock does not.
const offsetMs = Number(process.env.CLOCK_OFFSET_MS)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [RealDate.now() + offsetMs] : parts))
  }
  static now() {
    return RealDate.now() + offsetMs
  }
}
