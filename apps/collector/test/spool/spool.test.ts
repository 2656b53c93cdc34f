// Append, group commit, limits, restart: the spool as the network side and the shipper see it.
import { open } from 'lmdb'
import { expect, test } from 'vitest'
import { openSpool } from '../../src/spool/spool.ts'
import { append, MIB, makeFolder, makeSpool, readAll } from './spool-folder.ts'

test('frames of one event turn share one commit', async () => {
  const spool = await makeSpool()
  const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => append(spool)))
  expect(new Set(outcomes)).toEqual(new Set(['durable']))
  expect(spool.status()).toMatchObject({ messages: 1_000, commits: 1 })
})

test('frames that come while a commit runs share the next one', async () => {
  const spool = await makeSpool()

  const first = append(spool)
  await new Promise(resolve => setImmediate(resolve))
  const followers = Promise.all(Array.from({ length: 500 }, () => append(spool)))
  await first
  await followers
  expect(spool.status().commits).toBeLessThanOrEqual(3)
})

test('the bytes are copied inside the call', async () => {
  const spool = await makeSpool()
  const bytes = Buffer.from('a5 before')
  const durable = append(spool, { bytes })
  bytes.fill(0)
  await durable
  expect(readAll(spool)[0]?.entries[0]?.bytes.toString()).toBe('a5 before')
})

test('a restart keeps frames, order, counters and the collector id', async () => {
  const folder = await makeFolder()
  const first = await openSpool({ folder, maxBytes: 64 * MIB })
  for (let index = 0; index < 5; index++)
    await append(first, { bytes: Buffer.from([index]), messageClass: index === 2 ? 'event' : 'message' })
  const { collectorId } = first
  await first.writeNote('registry', '{"etag":1}')
  await first.close()

  const second = await makeSpool({ folder })
  expect(second.collectorId).toBe(collectorId)
  expect(second.readNote('registry')).toBe('{"etag":1}')
  expect(readAll(second).flatMap(group => group.entries.map(entry => entry.bytes[0]))).toEqual([
    0, 1, 2, 3, 4,
  ])
  expect(second.status()).toMatchObject({
    messages: 5,
    ledger: { received: 4, waiting: 4, unaccounted: 0 },
    events: { received: 1, waiting: 1 },
  })
  await append(second)
  expect(new Set(readAll(second).flatMap(group => group.entries.map(entry => entry.seq))).size).toBe(6)
})

test('what was appended before close is durable, what comes after is refused', async () => {
  const folder = await makeFolder()
  const spool = await openSpool({ folder, maxBytes: 64 * MIB })
  const before = append(spool)
  const closing = spool.close()
  expect(await append(spool)).toBe('disk_error')
  await closing
  expect(await before).toBe('durable')
  const again = await makeSpool({ folder })
  expect(again.status().messages).toBe(1)
})

test('a full spool refuses at once, says so, and takes again once drained', async () => {
  const spool = await makeSpool({ maxBytes: MIB })
  let outcome = 'durable'
  while (outcome === 'durable') outcome = await append(spool)
  expect(outcome).toBe('spool_full')
  const { messages, bytes } = spool.status()
  expect(messages).toBeGreaterThan(1_000)
  expect(bytes).toBeLessThanOrEqual(MIB)
  expect(spool.status()).toMatchObject({ full: true, refused: { spool_full: 1 }, ledger: { unaccounted: 0 } })

  const oldest = readAll(spool).slice(0, 100)
  await spool.change({ removeGroups: oldest, counts: { stored: 100 } })
  expect(spool.status()).toMatchObject({
    full: false,
    messages: messages - 100,
    ledger: { stored: 100, unaccounted: 0 },
  })
  expect(await append(spool)).toBe('durable')
})

test('frames in memory count against the limit too', async () => {
  const spool = await makeSpool({ maxBytes: MIB })
  const outcomes = await Promise.all(Array.from({ length: 5_000 }, () => append(spool)))
  expect(outcomes.filter(outcome => outcome === 'spool_full').length).toBeGreaterThan(1_000)
  expect(spool.status().bytes).toBeLessThanOrEqual(MIB * 1.2)
  expect(spool.pendingBytes()).toBe(0)
})

test('the file stays within the limit over many fillings', { timeout: 60_000 }, async () => {
  const folder = await makeFolder()
  const spool = await makeSpool({ folder, maxBytes: 2 * MIB })
  for (let round = 0; round < 20; round++) {
    const outcomes = await Promise.all(Array.from({ length: 6_000 }, () => append(spool)))
    expect(outcomes).toContain('spool_full')
    await spool.change({ removeGroups: readAll(spool) })
    expect(spool.status()).toMatchObject({ messages: 0, bytes: 0 })
  }
  const { statSync } = await import('node:fs')
  expect(statSync(`${folder}/data.mdb`).size).toBeLessThan(4 * 2 * MIB)
})

test('frames of unknown loggers are counted apart, across a restart', async () => {
  const folder = await makeFolder()
  const spool = await openSpool({ folder, maxBytes: MIB })
  await append(spool, { unknownLogger: true })
  await append(spool)
  expect(spool.unknownWaiting()).toBe(1)
  await spool.close()
  const again = await makeSpool({ folder })
  expect(again.unknownWaiting()).toBe(1)
  await again.change({ removeGroups: readAll(again), counts: { quarantined: 1, stored: 1 } })
  expect(again.unknownWaiting()).toBe(0)
})

test('a change is one transaction: groups, batch, counters', async () => {
  const spool = await makeSpool()
  await Promise.all([append(spool), append(spool), append(spool)])
  const [group] = readAll(spool)
  await spool.change({ assign: { batchId: 'b1', groupKeys: [group!.key] } })
  expect(spool.assignedBatches()).toEqual([{ batchId: 'b1', groupKeys: [group!.key] }])

  const [, second] = group!.entries
  await spool.change({
    dropBatchId: 'b1',
    removeGroups: [group!],
    putBack: [{ ...second!, bare: true }],
    counts: { stored: 1, duplicates: 1 },
  })
  expect(spool.assignedBatches()).toEqual([])
  expect(readAll(spool).flatMap(({ entries }) => entries)).toMatchObject([{ seq: second!.seq, bare: true }])
  expect(spool.status()).toMatchObject({
    messages: 1,
    ledger: { received: 3, stored: 1, duplicates: 1, waiting: 1, unaccounted: 0 },
  })
})

test('the table of dead frames keeps the newest', async () => {
  const spool = await makeSpool({ deadMaxEntries: 3 })
  for (let index = 0; index < 5; index++)
    await spool.change({ dead: [{ reason: 'rejected', detail: `${index}`, value: Buffer.from([index]) }] })
  expect(spool.status().dead).toBe(3)
})

test('frames that rot on disk are counted and leave the others alone', async () => {
  const folder = await makeFolder()
  const first = await openSpool({ folder, maxBytes: MIB })
  await Promise.all([append(first), append(first), append(first)])
  const [group] = readAll(first)
  await first.close()

  const root = open({ path: folder, maxDbs: 4, encoding: 'binary' })
  const rotten = Buffer.from(group!.value)
  rotten[400]! ^= 0x10
  await root.openDB({ name: 'groups', encoding: 'binary' }).put(group!.key, rotten)
  await root.close()

  const second = await makeSpool({ folder })
  expect(readAll(second)).toMatchObject([{ damagedCount: 1, entries: [{ seq: 1 }, { seq: 3 }] }])
})

test('the age of the oldest frame is told', async () => {
  let nowMs = 1_000_000
  const spool = await makeSpool({ now: () => nowMs })
  expect(spool.status().oldest_age_s).toBe(0)
  await append(spool, { receivedAtMs: nowMs })
  nowMs += 90_000
  await append(spool, { receivedAtMs: nowMs })
  expect(spool.status().oldest_age_s).toBe(90)
})
