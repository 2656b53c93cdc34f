// A count that grows while the page is looked at.
import { useEffect, useState } from 'preact/hooks'

export function useEvery(ms: number): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setTick(value => value + 1), ms)
    return () => clearInterval(timer)
  }, [ms])
  return tick
}
