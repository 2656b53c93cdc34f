// Which connection speaks for which logger serial: two sockets with one serial, one socket with two, and command targets.
import type { Logger } from '@deye-hard/telemetry'
import type { Connection } from './connection.ts'
import type { Counters } from './counters.ts'

export class Sessions {
  /** The value is an array only while a serial has several connections: 100,000 arrays of one would cost memory. */
  readonly #bySerial = new Map<number, Connection | Connection[]>()
  readonly #counters: Counters
  readonly #log: Logger

  constructor(counters: Counters, log: Logger) {
    this.#counters = counters
    this.#log = log
  }

  get size(): number {
    return this.#bySerial.size
  }

  /** The connection that commands for this logger go to: the newest one that is still open. */
  newest(loggerSerial: number): Connection | null {
    const found = this.#bySerial.get(loggerSerial)
    return (Array.isArray(found) ? found.at(-1) : found) ?? null
  }

  /** The first frame of a connection, or one with another serial than before: proxies do that (reference 6). */
  bind(connection: Connection, loggerSerial: number): void {
    const previous = connection.loggerSerial
    if (previous !== null) {
      this.unbind(connection)
      this.#counters.serials_changed += 1
      this.#log.warn('logger serial changed on a connection', {
        ...connection.describe(),
        previous_serial: previous,
        logger_serial: loggerSerial,
      })
    }
    connection.loggerSerial = loggerSerial
    this.#add(connection, loggerSerial)
    if (previous === null) this.#log.info('logger identified', connection.describe())
  }

  unbind(connection: Connection): void {
    const serial = connection.loggerSerial
    if (serial === null) return
    const found = this.#bySerial.get(serial)
    if (!Array.isArray(found)) {
      if (found === connection) this.#bySerial.delete(serial)
      return
    }
    const others = found.filter(one => one !== connection)
    this.#bySerial.set(serial, others.length === 1 ? others[0]! : others)
  }

  /** A second connection is a half-open old socket or a spoof: both are read, the newest gets commands (reference 6). */
  #add(connection: Connection, serial: number): void {
    const found = this.#bySerial.get(serial)
    if (found === undefined) {
      this.#bySerial.set(serial, connection)
      return
    }
    this.#counters.sessions_doubled += 1
    this.#log.warn('second connection with the same logger serial', connection.describe())
    this.#bySerial.set(serial, Array.isArray(found) ? [...found, connection] : [found, connection])
  }
}
