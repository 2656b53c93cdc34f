// Turns Ctrl-C, SIGTERM and a closed terminal into one request to stop; a second one means now.
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
  const receive = () => {
    if (!controller.signal.aborted) {
      firstAt = performance.now()
      controller.abort()
      onRequest()
    } else if (performance.now() - firstAt > SAME_REQUEST_MS) onSecond()
  }
  for (const name of SIGNALS) process.on(name, receive)
  return {
    signal: controller.signal,
    requested,
    dispose() {
      for (const name of SIGNALS) process.off(name, receive)
    },
  }
}
