// Users of the API in the background of a test: each logs in once, then looks at the fleet again and again and refreshes the token.
import { randomUUID } from 'node:crypto'
import { hashPassword } from '../../../src/password-hash.ts'
import type { System } from '../../stack/system.ts'

const PASSWORD = 'a password of a watched user'
const PAUSE_MS = 500
const HOUR_MS = 3_600_000
const SERVER_ERROR = 500
const ROUNDS_PER_TOKEN = 20

interface Session {
  access_token: string
  refresh_token: string
}

export class People {
  /** Answers with a status of 500 or more. */
  serverErrors = 0
  #isOver = false
  readonly #system: System
  readonly #email: string
  #running: Promise<unknown> = Promise.resolve()

  private constructor(system: System, email: string) {
    this.#system = system
    this.#email = email
  }

  /** `count` of them at once, all with one account. */
  static async start(system: System, count: number): Promise<People> {
    const email = `watched-${randomUUID()}@example.org`
    await system.store.users.add({ email, passwordHash: await hashPassword(PASSWORD), role: 'admin' })
    const people = new People(system, email)
    people.#running = Promise.all(Array.from({ length: count }, () => people.#live()))
    return people
  }

  /** Refresh tokens that nobody ever gave out. */
  async guessTokens(count: number): Promise<void> {
    for (let guess = 0; guess < count; guess += 1)
      await this.#post('/api/auth/refresh', { refresh_token: randomUUID() })
  }

  async end(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  /** Answers that are errors are part of it; the test looks at what SigNoz says about them. */
  async #live(): Promise<void> {
    let session = await this.#logIn()
    for (let round = 1; !this.#isOver; round += 1) {
      await this.#look(session.access_token)
      if (round % ROUNDS_PER_TOKEN === 0) {
        const { refresh_token } = session
        session = (await this.#post<Session>('/api/auth/refresh', { refresh_token })) ?? (await this.#logIn())
      }
    }
  }

  async #logIn(): Promise<Session> {
    for (;;) {
      const session = await this.#post<Session>('/api/auth/login', { email: this.#email, password: PASSWORD })
      if (session !== null || this.#isOver) return session ?? { access_token: '', refresh_token: '' }
      await pause()
    }
  }

  async #look(token: string): Promise<void> {
    const init = { headers: { authorization: `Bearer ${token}` } }
    const listed = await this.#call<{ items: { id: number }[] }>('/api/inverters', init)
    const id = listed?.items[0]?.id ?? 1
    const range = `from=${new Date(Date.now() - HOUR_MS).toISOString()}&to=${new Date().toISOString()}`
    for (const path of [
      '/api/me',
      `/api/inverter/${id}`,
      `/api/measurements?inverter_id=${id}&${range}`,
      `/api/measurements?inverter_id=${id}&${range}&bucket=15m`,
      '/api/dashboard',
    ]) {
      await this.#call(path, init)
      await pause()
    }
  }

  #post<T>(path: string, body: object): Promise<T | null> {
    const headers = { 'content-type': 'application/json' }
    return this.#call<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async #call<T>(path: string, init: RequestInit): Promise<T | null> {
    const response = await fetch(this.#system.apiUrl + path, init).catch(() => null)
    const text = (await response?.text()) ?? ''
    if (response !== null && response.status >= SERVER_ERROR) this.serverErrors += 1
    return response?.ok === true && text !== '' ? (JSON.parse(text) as T) : null
  }
}

function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, PAUSE_MS))
}
