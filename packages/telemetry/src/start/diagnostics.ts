// What OpenTelemetry says about itself: counts of partial success for the outlets, and one rate-limited line for the rest. Without it everything is silent.
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api'
import { scrub } from '../scrub.ts'
import type { Signal } from './signal-account.ts'

/** The exporters tell of partial success in no other way (otlp-exporter-base 0.301, logging-response-handler). */
const PARTIAL_SUCCESS = /^Received Partial Success response:/
const REJECTED_NAMES: Record<Signal, string> = {
  spans: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}
const DETAIL_MAX_CHARACTERS = 300

export class Diagnostics {
  readonly #complain: (detail: string) => void
  readonly #rejected: Record<Signal, number> = { spans: 0, logs: 0, metrics: 0 }

  constructor(complain: (detail: string) => void) {
    this.#complain = complain
  }

  listen(): void {
    const hear = (message: string, ...more: unknown[]) => this.#hear(message, more)
    const logger: DiagLogger = { error: hear, warn: hear, info() {}, debug() {}, verbose() {} }
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  }

  stop(): void {
    diag.disable()
  }

  /** Items of this signal that the receiver did not keep since the last call. */
  takeRejected(signal: Signal): number {
    const rejected = this.#rejected[signal]
    this.#rejected[signal] = 0
    return rejected
  }

  #hear(message: string, more: unknown[]): void {
    if (PARTIAL_SUCCESS.test(message)) {
      this.#countRejected(more[0])
      return
    }
    const detail = [message, ...more.map(String)].join(' ').slice(0, DETAIL_MAX_CHARACTERS)
    this.#complain(scrub(detail))
  }

  #countRejected(text: unknown): void {
    const answer = JSON.parse(String(text)) as Record<string, unknown>
    for (const signal of Object.keys(REJECTED_NAMES) as Signal[]) {
      this.#rejected[signal] += Number(answer[REJECTED_NAMES[signal]] ?? 0)
    }
  }
}
