// Runs a reader over a stream in given chunks, for the tests of the reader.
import { type FrameRead, FrameReader, type Malformed, type ReadResult } from './frame-reader.ts'

/** Everything a reader says of a stream that comes in these chunks, its end included. */
export function readAll(chunks: readonly Buffer[]): ReadResult[] {
  const reader = new FrameReader()
  const results: ReadResult[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let result = reader.next(); result.kind !== 'incomplete'; result = reader.next())
      results.push(result)
  }
  let last = reader.end()
  if (last.kind === 'malformed') {
    results.push(last)
    last = reader.end()
  }
  if (last.kind === 'malformed' || last.bufferedBytes > 0) results.push(last)
  return results
}

export function frames(results: readonly ReadResult[]): FrameRead[] {
  return results.filter(result => result.kind === 'frame')
}

export function malformed(results: readonly ReadResult[]): Malformed[] {
  return results.filter(result => result.kind === 'malformed')
}
