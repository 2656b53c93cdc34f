// Takes what Fastify itself writes into the log and writes it as declared events, without the address that a caller typed.
import type { IncomingMessage } from 'node:http'
import type { Logger } from '@deye-hard/telemetry'
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'

/** Stands for an address with its query, which may hold anything. */
const ADDRESS = '<address>'
const PREMATURE_CLOSE = 'ERR_STREAM_PREMATURE_CLOSE'

/**
 * Fastify's log of the process and, by `child`, of each request: a small object instead of a pino child. Its lines below warn are dropped:
 * of a request they say what `request completed` and `request aborted` say, of the start what `listening` says.
 */
export class FrameworkLog implements FastifyBaseLogger {
  level = 'warn'
  readonly #lines: Logger
  readonly #requestId: string | undefined
  readonly #address: string

  constructor(lines: Logger, request?: { id: string; raw: IncomingMessage }) {
    this.#lines = lines
    this.#requestId = request?.id
    this.#address = request?.raw.url ?? ''
  }

  forRequest(id: string, raw: IncomingMessage): FrameworkLog {
    return new FrameworkLog(this.#lines, { id, raw })
  }

  child(): FrameworkLog {
    return this
  }

  trace(): void {}
  debug(): void {}
  info(): void {}
  silent(): void {}

  warn(first: unknown, second?: unknown): void {
    this.#lines.warn('framework warning', this.#fields(first, second))
  }

  error(first: unknown, second?: unknown): void {
    this.#lines.error('framework error', this.#fields(first, second))
  }

  fatal(first: unknown, second?: unknown): void {
    this.error(first, second)
  }

  #fields(first: unknown, second: unknown) {
    const error = first instanceof Error ? first : (first as { err?: unknown } | null)?.err
    const text = typeof first === 'string' ? first : second
    return {
      request_id: this.#requestId,
      detail: typeof text === 'string' ? this.#withoutAddress(text) : null,
      error: error instanceof Error ? this.#cleaned(error) : null,
    }
  }

  /** Fastify quotes the address in messages of its own errors too. */
  #cleaned(error: Error): Error {
    if (!error.message.includes(this.#address) || this.#address.length < 2) return error
    const clean = new Error(this.#withoutAddress(error.message), { cause: error.cause })
    const { code } = error as { code?: unknown }
    return Object.assign(clean, {
      name: error.name,
      stack: this.#withoutAddress(error.stack ?? ''),
      ...(code === undefined ? {} : { code }),
    })
  }

  #withoutAddress(text: string): string {
    return this.#address.length < 2 ? text : text.replaceAll(this.#address, ADDRESS)
  }
}

/** Leaves out what our own hooks say better; faults of the framework still come through. */
export class FrameworkLogController extends LogController {
  override incomingRequest(): void {}
  override routeNotFound(): void {}

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    if (error) super.requestCompleted(error, request, reply)
  }

  /** A caller who goes away in the middle of an answer is counted as aborted. */
  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    if ((error as { code?: unknown }).code !== PREMATURE_CLOSE) super.streamError(error, request, reply)
  }
}
