// Everything that a spool holds, for tests and their child processes.
import type { Group, Spool } from '../../src/spool/spool.ts'

export function readAll(spool: Spool): Group[] {
  return spool.readGroups({
    fromSeq: 0,
    beforeSeq: Number.MAX_SAFE_INTEGER / 1_024,
    maxMessages: Number.POSITIVE_INFINITY,
    maxBytes: Number.POSITIVE_INFINITY,
    sizeOf: bytes => bytes,
    skip: () => false,
  })
}
