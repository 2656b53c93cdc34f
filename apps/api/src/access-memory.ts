// Remembers for a few seconds that an account is active, so that a valid token costs no query on every request.
import type { Store, User } from '@deye-hard/store'
import type { Clock } from './clock.ts'
import type { ApiSettings } from './settings.ts'

export interface AccessMemory {
  /** null when the user is gone or disabled, or the session was revoked. */
  activeUser(userId: number, sessionId: string): Promise<User | null>
  isActiveClient(clientId: string): Promise<boolean>
  clear(): void
}

interface Remembered<T> {
  value: T
  untilMs: number
}

export function createAccessMemory(parts: {
  store: Store
  clock: Clock
  settings: Pick<ApiSettings, 'accessCacheTtl' | 'accessCacheEntries'>
}): AccessMemory {
  const { store } = parts
  const users = new Map<string, Remembered<User | null>>()
  const clients = new Map<string, Remembered<boolean>>()
  let clearings = 0

  async function remember<T>(
    memory: Map<string, Remembered<T>>,
    key: string,
    ask: () => Promise<T>,
  ): Promise<T> {
    const nowMs = parts.clock().getTime()
    const known = memory.get(key)
    if (known !== undefined && known.untilMs > nowMs) return known.value
    const before = clearings
    const value = await ask()
    // Asked before a log-out, answered after it: good for this request, not for the next.
    if (before !== clearings) return value
    memory.delete(key)
    // Maps keep the order of insertion: the first key is the oldest.
    if (memory.size >= parts.settings.accessCacheEntries) memory.delete(memory.keys().next().value!)
    if (parts.settings.accessCacheTtl > 0)
      memory.set(key, { value, untilMs: nowMs + parts.settings.accessCacheTtl })
    return value
  }

  async function askUser(userId: number, sessionId: string): Promise<User | null> {
    const [user, active] = await Promise.all([
      store.users.findById(userId),
      store.sessions.isFamilyActive(sessionId),
    ])
    return user !== null && user.disabledAt === null && active ? user : null
  }

  async function askClient(clientId: string): Promise<boolean> {
    const client = await store.serviceClients.find(clientId)
    return client !== null && client.disabledAt === null
  }

  return {
    activeUser: (userId, sessionId) =>
      remember(users, `${userId}:${sessionId}`, () => askUser(userId, sessionId)),
    isActiveClient: clientId => remember(clients, clientId, () => askClient(clientId)),
    clear() {
      clearings += 1
      users.clear()
      clients.clear()
    },
  }
}
