// Measures what ingest costs: rows per second through `ingest()` against the bare insert of the same rows, batch by batch in turn.
import { createHash, randomUUID } from 'node:crypto'
import { type MeasurementBatch, QUANTITIES, QUANTITY_NAMES, type ShippedMessage } from '@deye-hard/domain'
import { openStore } from '@deye-hard/store'
import { closeTestServers, type DatabaseKind, databaseKinds } from '@deye-hard/testkit'
import pg from 'pg'

const BATCH_SIZES = [500, 1_000]
const ROUNDS = 7
const ROWS_PER_ROUND = 10_000
const LOGGERS = 120
const DEVICE = {
  rated_power_w: 800,
  mppt_count: 2,
  firmware_main: 'V2.1',
  firmware_slave: 'V1.7',
  grid_standard: '0x0101',
}

/** What a micro-inverter with two inputs on one phase reports; the other columns stay empty on both sides. */
const MICRO_QUANTITIES = QUANTITY_NAMES.filter(name => !/^pv[34]_|_l[23]_/.test(name))
const FRAME = Buffer.alloc(292, 1).toString('base64')
const BARE_TYPES: Record<string, string> = {
  inverter_id: 'integer',
  time: 'timestamptz',
  received_at: 'timestamptz',
  record_counter: 'bigint',
  dedupe_key: 'uuid',
  buffered: 'boolean',
  time_quality: 'text',
  ...Object.fromEntries(QUANTITY_NAMES.map(name => [name, 'double precision'])),
}

type Row = Record<string, number | string | boolean | null>

for (const kind of await databaseKinds()) {
  if (kind.missing) console.log(`${kind.name}: skipped, ${kind.missing}`)
  else
    for (const size of BATCH_SIZES)
      console.log(JSON.stringify({ database: kind.name, ...(await measure(kind.create, size)) }))
}
await closeTestServers()

/** Batch by batch in turn, so that a slow moment of the machine meets both sides; tables of the same shape on the same server. */
async function measure(create: DatabaseKind['create'], batchSize: number) {
  const database = await create()
  const store = openStore({ databaseUrl: database.url, databasePoolMax: 1 })
  await store.migrate()
  const serials = await addLoggers(store)
  const bare = new pg.Client({ connectionString: database.url })
  await bare.connect()
  await createBareTable(bare, database.timescale)
  const rates = { ingest: [] as number[], bare: [] as number[] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    const batches = makeBatches(serials, round, batchSize)
    const rows = batches.map(batch => batch.messages.map(toRow))
    const seconds = { ingest: 0, bare: 0 }
    for (const [index, batch] of batches.entries()) {
      seconds.ingest += await timed(() => ingestAll(store, batch))
      seconds.bare += await timed(() => insertBare(bare, rows[index] as Row[]))
    }
    if (round === 0) continue // prepares statements and makes chunks
    rates.ingest.push(ROWS_PER_ROUND / seconds.ingest)
    rates.bare.push(ROWS_PER_ROUND / seconds.bare)
  }
  await bare.end()
  await store.close()
  await database.drop()
  const [ingest, plain] = [median(rates.ingest), median(rates.bare)]
  const ratios = rates.ingest.map((value, index) => value / (rates.bare[index] as number))
  return {
    batch: batchSize,
    ingest_rows_per_s: Math.round(ingest),
    bare_rows_per_s: Math.round(plain),
    ratio: Number(median(ratios).toFixed(2)),
  }
}

async function addLoggers(store: ReturnType<typeof openStore>): Promise<number[]> {
  const siteId = await store.inverters.addSite({ name: 'bench', latitude: 0, longitude: 0, timezone: 'UTC' })
  const serials = Array.from({ length: LOGGERS }, (_, index) => 2_700_000_000 + index)
  for (const loggerSerial of serials)
    await store.inverters.add({ loggerSerial, name: `${loggerSerial}`, siteId })
  return serials
}

/** The columns, key and chunks of `measurement`, without anything around it. */
async function createBareTable(client: pg.Client, timescale: boolean): Promise<void> {
  await client.query('CREATE TABLE bare (LIKE measurement INCLUDING ALL)')
  if (timescale) {
    await client.query(
      `SELECT create_hypertable('bare', by_range('time', INTERVAL '1 day'), create_default_indexes => false)`,
    )
  }
}

function makeBatches(serials: readonly number[], round: number, size: number): MeasurementBatch[] {
  const startMs = Date.now() - 3_600_000 + round * 1_000
  const messages = Array.from({ length: ROWS_PER_ROUND }, (_, index) => {
    const serial = serials[index % serials.length] as number
    return makeMessage(serial, round * ROWS_PER_ROUND + index, startMs + Math.floor(index / serials.length))
  })
  return Array.from({ length: ROWS_PER_ROUND / size }, (_, index) => ({
    batch_id: randomUUID(),
    collector_id: 'bench',
    messages: messages.slice(index * size, (index + 1) * size),
  }))
}

function makeMessage(serial: number, counter: number, timeMs: number): ShippedMessage {
  const time = new Date(timeMs).toISOString()
  const values = MICRO_QUANTITIES.map((name, index) => [name, quantityValue(name, counter + index)] as const)
  return {
    seq: counter,
    logger_serial: serial,
    received_at: time,
    control_code: '0x4210',
    frame: FRAME,
    kind: 'reading',
    reading: {
      inverter_serial: `INV${serial}`,
      sensor_list_id: '0x5408',
      buffered: false,
      acquired_at: time,
      acquired_at_quality: 'exact',
      logger_clock_at: time,
      inverter_clock_local: time.slice(0, 19),
      record_counter: counter,
      dedupe_key: createHash('sha256').update(`${serial}/${counter}`).digest('hex').slice(0, 32),
      implausible: [],
      values: Object.fromEntries(values),
      device: DEVICE,
    },
  }
}

function quantityValue(name: keyof typeof QUANTITIES, seed: number): number {
  if (name === 'grid_frequency_hz') return 50
  const { min, max, kind } = QUANTITIES[name]
  if (kind !== 'gauge') return 1_000 + seed / 1_000 > max ? max / 2 : 100 + Math.floor(seed / 100) / 10_000
  return Math.round((min + (((seed * 7_919) % 1_000) / 1_000) * (max - min)) * 10) / 10
}

function toRow(message: ShippedMessage): Row {
  if (message.kind !== 'reading') throw new TypeError('only readings here')
  const { reading } = message
  return {
    inverter_id: message.logger_serial - 2_700_000_000 + 1,
    time: reading.acquired_at,
    received_at: message.received_at,
    record_counter: reading.record_counter,
    dedupe_key: reading.dedupe_key,
    buffered: reading.buffered,
    time_quality: reading.acquired_at_quality,
    ...Object.fromEntries(QUANTITY_NAMES.map(name => [name, reading.values[name] ?? null])),
  }
}

/** What reference timescaledb.md 3.5 calls "unnest arrays": arrays of the driver, one prepared statement, nothing else. */
async function insertBare(client: pg.Client, rows: readonly Row[]): Promise<void> {
  const names = Object.keys(BARE_TYPES)
  await client.query({
    name: 'bare',
    text: `INSERT INTO bare (${names.join(', ')}) SELECT * FROM unnest(${names
      .map((name, index) => `$${index + 1}::${BARE_TYPES[name]}[]`)
      .join(', ')}) ON CONFLICT DO NOTHING`,
    values: names.map(name => rows.map(row => row[name])),
  })
}

async function ingestAll(store: ReturnType<typeof openStore>, batch: MeasurementBatch): Promise<void> {
  const refused = (await store.ingest.ingest(batch, new Date())).find(({ outcome }) => outcome !== 'stored')
  if (refused) throw new Error(`Not stored: ${JSON.stringify(refused)}`)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work()
  return (performance.now() - startMs) / 1_000
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number
}
