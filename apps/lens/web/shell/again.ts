// Asks once more, soon, for what was refused for a moment only: too many others waited, or the engine was being started.
import { useEffect } from 'preact/hooks'

const SOON_MS = 2_000

/** `round` counts the questions, so that each refusal is followed by another one. */
export function useAgain(isWanted: boolean, round: number, ask: () => void): void {
  useEffect(() => {
    if (!isWanted) return
    const timer = setTimeout(ask, SOON_MS)
    return () => clearTimeout(timer)
  }, [isWanted, round])
}
