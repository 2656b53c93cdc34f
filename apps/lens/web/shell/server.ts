// Asks the server of lens, and keeps the last answer on the page while the next one is on its way.
import { useEffect, useRef, useState } from 'preact/hooks'

/** The network of a laptop that wakes up is away for a moment. */
const RETRY_AFTER_MS = [300, 1_000, 3_000]

export type Asked<T> =
  | { state: 'waiting'; answer?: undefined; problem?: undefined }
  | { state: 'answered'; answer: T; problem?: undefined }
  | { state: 'failed'; answer?: T | undefined; problem: string }

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return read<T>(await reach(path, signal === undefined ? {} : { signal }))
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  return read<T>(await reach(path, signal === undefined ? init : { ...init, signal }))
}

/** Asks again whenever `key` changes; null asks nothing. The answer to an older key is never shown as that to a newer one's `subject`. */
export function useAsked<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  subject = '',
): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { subject?: string }>({ state: 'waiting' })
  const loader = useRef(load)
  loader.current = load
  useEffect(() => {
    if (key === null) return
    const abort = new AbortController()
    loader.current(abort.signal).then(
      answer => setAsked({ state: 'answered', answer, subject }),
      (error: Error) => {
        if (abort.signal.aborted) return
        setAsked(before => ({ state: 'failed', answer: before.answer, problem: error.message, subject }))
      },
    )
    return () => abort.abort()
  }, [key, subject])
  return asked.subject === subject || asked.state === 'waiting' ? asked : { state: 'waiting' }
}

/** Everything that is asked only reads, so that asking twice is safe. */
async function reach(path: string, init: RequestInit): Promise<Response> {
  for (const waitMs of RETRY_AFTER_MS) {
    try {
      return await fetch(path, init)
    } catch (error) {
      if (init.signal?.aborted === true) throw error
      await new Promise(resolve => setTimeout(resolve, waitMs))
    }
  }
  return fetch(path, init)
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (response.ok) return JSON.parse(text) as T
  throw new Error(problemOf(text) ?? `the server answered ${response.status}`)
}

function problemOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: string }).error
  } catch {
    return undefined // not from our server: the status says enough
  }
}
