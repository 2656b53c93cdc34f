// The engine's own process: owns the folder, runs statements, sweeps, and closes the folder when lens ends in whatever way.
import { mkdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { lockFolder } from './folder-lock.ts'
import type { Answer, Order, StartOrder } from './messages.ts'
import { Store } from './store.ts'

const LOCK_RETRY_MS = 100

let store: Store | undefined
let sweeping: NodeJS.Timeout | undefined
let closing = false

// Ctrl-C reaches the whole group; the folder is closed when lens says so or is gone.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => void close())
process.on('message', (order: Order) => void obey(order))

async function obey(order: Order): Promise<void> {
  if (order.kind === 'start') return start(order)
  if (order.kind === 'close') return close()
  if (store === undefined) return
  try {
    answer(await run(store, order))
  } catch (error) {
    answer({ kind: 'failed', id: order.id, ...describe(error) })
  }
}

async function run(store: Store, order: Exclude<Order, StartOrder | { kind: 'close' }>): Promise<Answer> {
  switch (order.kind) {
    case 'query':
      return { kind: 'rows', id: order.id, text: await store.query(order.sql) }
    case 'insert':
      await store.insert(order.table, order.lines)
      return { kind: 'done', id: order.id }
    case 'sweep':
      return { kind: 'swept', id: order.id, swept: await store.sweep(Date.now()) }
  }
}

async function start({ folder, limits }: StartOrder): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true })
    if (!(await lockPatiently(folder, limits.lockPatienceMs))) {
      const message = `Another lens works on ${folder}. End it, or set LENS_DATA_DIR to another folder.`
      return refuse({ kind: 'refused', code: 'folder_locked', message })
    }
    store = new Store(folder, limits)
  } catch (error) {
    return refuse({ kind: 'refused', code: 'engine_failed', message: describe(error).message })
  }
  sweeping = setInterval(sweep, limits.sweepIntervalMs)
  answer({ kind: 'ready', emptied: store.emptied })
}

async function lockPatiently(folder: string, patienceMs: number): Promise<boolean> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    if (await lockFolder(folder)) return true
    if (performance.now() > endMs || closing) return false
    await delay(LOCK_RETRY_MS)
  }
}

function sweep(): void {
  store?.sweep(Date.now()).then(
    swept => answer({ kind: 'swept', id: null, swept }),
    error => answer({ kind: 'sweep_failed', message: describe(error).message }),
  )
}

/** The lock goes with the process, after the folder is closed. */
async function close(): Promise<void> {
  if (closing) return
  closing = true
  clearInterval(sweeping)
  await store?.close()
  process.exit(0)
}

function refuse(reason: Answer): void {
  process.send?.(reason, () => process.exit(1))
}

/** Lens may be gone: then there is nobody to tell, and `disconnect` ends the process. */
function answer(message: Answer): void {
  if (process.connected) process.send?.(message, () => {})
}

function describe(error: unknown): { code: number; message: string } {
  const { clickhouseCode, message } = error as { clickhouseCode?: number; message?: string }
  return { code: Number(clickhouseCode ?? 0), message: message ?? String(error) }
}
