// Turns Ctrl-C, SIGTERM, a closed terminal and a reader that went away into one request to stop; a second Ctrl-C means now.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** A terminal and npm may each deliver the same Ctrl-C. */
const SAME_REQUEST_MS = 300

export interface StopRequest {
  signal: AbortSignal
  /** Resolves when the request comes. */
  requested: Promise<void>
  dispose(): void
}

export function listenForStop(onSecond: () => void): StopRequest {
  const controller = new AbortController()
  let firstAt = 0
  let onRequest = () => {}
  const requested = new Promise<void>(done => {
    onRequest = done
  })
  const request = () => {
    if (controller.signal.aborted) return
    firstAt = performance.now()
    controller.abort()
    onRequest()
  }
  // Only Ctrl-C is impatience: SIGTERM may follow it by itself, when npm has ended before us.
  const interrupt = () => {
    const again = controller.signal.aborted && performance.now() - firstAt > SAME_REQUEST_MS
    if (again) onSecond()
    else request()
  }
  const handlers = SIGNALS.map(name => [name, name === 'SIGINT' ? interrupt : request] as const)
  for (const [name, handler] of handlers) process.on(name, handler)
  process.stdout.on('error', request)
  return {
    signal: controller.signal,
    requested,
    dispose() {
      for (const [name, handler] of handlers) process.off(name, handler)
    },
  }
}
