// The answer to an export: full or partial success, by the name of the count in each signal's message.
import type { Outcome } from './receive.ts'
import type { Signal } from './wire.ts'

const REJECTED_NAMES: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
}

/** A sender does not repeat what was rejected in part: it would be rejected again. */
export function exportAnswer(signal: Signal, { rejected, message }: Outcome): object {
  return rejected === 0
    ? {}
    : { partialSuccess: { [REJECTED_NAMES[signal]]: rejected, errorMessage: message } }
}
