// kill -9 of lens or of its engine, in the middle of writing: the folder opens again and holds every row that was said to be stored.
import { fileURLToPath } from 'node:url'
import { isAlive, spawnNode, waitUntil } from '@deye-hard/testkit'
import { describe, expect, it } from 'vitest'
import { openEngine } from '../../src/engine/engine.ts'
import { engineForTest, engineOptions, sample, temporaryFolder } from './engine-for-tests.ts'

const WRITER = fileURLToPath(new URL('./writes-until-killed.ts', import.meta.url))
const ROUNDS = 2
const COUNT = 'SELECT count() AS n, uniqExact(fingerprint) AS distinct FROM signoz_metrics.samples_v4'

describe('kill -9', () => {
  it.each(['lens', 'engine and lens'])(
    'of %s loses no row that was stored, and the folder opens again',
    async who => {
      const folder = temporaryFolder()
      let stored = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        const lens = spawnNode(WRITER, { FOLDER: folder, START: String(stored + 1_000) })
        const pid = Number((await lens.waitForLine(/^engine /)).split(' ')[1])
        await waitUntil(() => lens.stdout.length > 20 + round * 7)
        if (who === 'engine and lens') process.kill(pid, 'SIGKILL')
        lens.kill('SIGKILL')
        await lens.exited
        await waitUntil(() => !isAlive(pid))
        const last = Number(lens.stdout.at(-1)?.split(' ')[1])
        const engine = await openEngine(engineOptions(folder))
        const [row] = await engine.query(COUNT)
        await engine.close()
        const written = last - stored - 1_000
        stored += 1_000 + written
        const sum = stored - (round + 1) * 1_000
        // One row may have been stored when nobody was left to hear it.
        expect(Number(row?.n)).toBeGreaterThanOrEqual(sum)
        expect(Number(row?.n)).toBeLessThanOrEqual(sum + round + 1)
        expect(row?.n).toBe(row?.distinct)
      }
    },
  )

  it('of the engine is answered by a new one on the same folder, counted', async () => {
    const engine = await engineForTest()
    await engine.insert('signoz_metrics.samples_v4', [sample(1, 0, 1)])
    const hanging = engine.query('SELECT sleep(3)').catch(error => error.code)
    const before = engine.status().pid ?? 0
    process.kill(before, 'SIGKILL')
    expect(await hanging).toBe('engine_down')
    await expect(engine.query('SELECT 1')).rejects.toMatchObject({ code: 'engine_down' })
    await engine.ready()
    expect(await engine.query(COUNT)).toEqual([{ n: '1', distinct: '1' }])
    expect(engine.status()).toMatchObject({ state: 'ready', deaths: 1, restarts: 1 })
    expect(engine.status().pid).not.toBe(before)
  })

  it('of lens leaves no engine behind', async () => {
    const lens = spawnNode(WRITER, { FOLDER: temporaryFolder() })
    const pid = Number((await lens.waitForLine(/^engine /)).split(' ')[1])
    lens.kill('SIGKILL')
    await lens.exited
    await waitUntil(() => !isAlive(pid))
  })
})
