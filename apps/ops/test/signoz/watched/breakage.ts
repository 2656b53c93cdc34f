// What breaks in the watched system, all at once, and how it is mended; SigNoz has to notice both by itself.
import { waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import type { System } from '../../stack/system.ts'
import { dataFrame } from '../../stack/test-logger.ts'
import { RawPeer } from '../../tour/raw-peer.ts'
import { AWAKE } from './fleet.ts'
import type { People } from './people.ts'
import type { DiskFill } from './shortened.ts'

const WRONG_TOKENS = 60
const BROKEN_FRAMES = 60
const LIMIT_MS = 30_000
const JOB = 'a_job_of_the_test'

export class Breakage {
  readonly #system: System
  readonly #people: People
  readonly #disk: DiskFill
  #lock: pg.Client | null = null
  #peers: RawPeer[] = []

  constructor(system: System, people: People, disk: DiskFill) {
    this.#system = system
    this.#people = people
    this.#disk = disk
  }

  /**
   * While all is well: the job that will fail has not run yet, and there is one answer with a status of 500, so that those to come
   * add to a series that SigNoz knows.
   */
  async prepare(): Promise<void> {
    await this.#lockInverters()
    await waitUntil(() => this.#people.serverErrors > 0, {
      timeoutMs: LIMIT_MS,
      what: 'an answer of status 500',
    })
    await this.#unlockInverters()
    await this.#system.query(
      `CREATE PROCEDURE ${JOB}(job_id integer, config jsonb) LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''on purpose''; END'`,
    )
    await this.#system.query(`SELECT add_job('${JOB}', '1 h', scheduled => false)`)
  }

  async begin(): Promise<void> {
    this.#disk.write()
    await this.#people.guessTokens(WRONG_TOKENS)
    await this.#sendBrokenFrames()
    await this.#stopHousekeeping()
    await this.#lockInverters()
  }

  /** Once; nothing to do when it has not begun or is over. */
  async mend(): Promise<void> {
    if (this.#lock === null) return
    await this.#unlockInverters()
    this.#disk.remove()
    for (const peer of this.#peers) peer.close()
    await this.#system.query(
      `SELECT compress_chunk(chunk) FROM show_chunks('measurement', older_than => interval '10 days') AS chunk`,
    )
    await this.#system.query(
      `SELECT alter_job(job_id, scheduled => proc_name <> '${JOB}') FROM timescaledb_information.jobs WHERE proc_name IN ('${JOB}', 'policy_compression')`,
    )
  }

  /** As a cable that flips bits: the sums of the frames are wrong. */
  async #sendBrokenFrames(): Promise<void> {
    for (let counter = 0; counter < BROKEN_FRAMES; counter += 1) {
      const frame = dataFrame({ serial: AWAKE[0]!, seq: counter, counter, nowMs: Date.now() })
      frame[frame.length - 2]! ^= 0xff
      const peer = await RawPeer.connect(this.#system.collectorPort)
      peer.send(frame)
      this.#peers.push(peer)
    }
  }

  /** Nobody compresses any more although there is something to compress, and another job fails again and again. */
  async #stopHousekeeping(): Promise<void> {
    await this.#system.query(
      `SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE proc_name = 'policy_compression'`,
    )
    await this.#system.query(
      `INSERT INTO measurement (inverter_id, time, received_at, record_counter, dedupe_key, buffered, time_quality)
       SELECT min(id), now() - interval '20 days', now(), 1, gen_random_uuid(), true, 'exact' FROM inverter`,
    )
    await this.#system.query(
      `SELECT alter_job(job_id, scheduled => true, retry_period => interval '1 s', max_retries => -1, next_start => now())
       FROM timescaledb_information.jobs WHERE proc_name = '${JOB}'`,
    )
  }

  /** As a migration that somebody forgot to commit: whoever asks for inverters waits, and holds a connection meanwhile. */
  async #lockInverters(): Promise<void> {
    const connection = new pg.Client(this.#system.databaseUrl)
    await connection.connect()
    this.#lock = connection
    await connection.query('BEGIN; LOCK TABLE inverter IN ACCESS EXCLUSIVE MODE')
  }

  async #unlockInverters(): Promise<void> {
    await this.#lock?.query('ROLLBACK')
    await this.#lock?.end()
    this.#lock = null
  }
}
