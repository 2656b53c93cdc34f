// The shape that most faults share: some awake loggers are tampered with, and left alone again at the end.
import type { SimulatedLogger } from '../device/logger.ts'
import type { Tampering } from '../device/tampering.ts'
import { type FaultContext, pickAwake } from './fault.ts'

/** A logger holds one tampering at a time: of two faults on one logger the later one counts. */
export function tamperAwake(
  context: FaultContext,
  tampering: Tampering,
  prepare: (logger: SimulatedLogger) => void = () => {},
): () => void {
  const chosen = pickAwake(context)
  for (const logger of chosen) {
    logger.tamper(tampering)
    prepare(logger)
  }
  return () => {
    for (const logger of chosen) {
      logger.tamper(null)
    }
  }
}
