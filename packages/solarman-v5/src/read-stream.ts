// Whole-buffer reading for tools: every frame and every fault of a capture, in the order of the bytes.

import type { Frame } from './frame.ts'
import { FrameReader, type Incomplete, type Malformed, type ReadResult } from './frame-reader.ts'

/**
 * Results of a stream that is over. A frame that is cut off at the end is told once, then only the frames inside it:
 * whatever else its range holds is part of the cut frame.
 */
export function readStream(bytes: Buffer): ReadResult[] {
  const reader = new FrameReader()
  reader.push(bytes)
  const results = drain(reader)
  let isInsideCutFrame = false
  for (let last = reader.end(); last.kind === 'malformed' || last.midFrame; last = reader.end()) {
    if (!isInsideCutFrame) results.push(last)
    if (last.kind === 'malformed') continue
    reader.skipStart()
    const frames = drain(reader).filter(result => result.kind === 'frame')
    results.push(...frames)
    isInsideCutFrame = frames.length === 0
  }
  return results
}

/** The one frame that `bytes` hold, or why they do not: for tools and tests, not for sockets. */
export function decodeFrame(bytes: Buffer): { kind: 'frame'; frame: Frame } | Malformed | Incomplete {
  const results = readStream(bytes)
  const fault = results.find(result => result.kind !== 'frame')
  if (fault) return fault
  const [first, second] = results
  if (first?.kind !== 'frame')
    return { kind: 'incomplete', offset: 0, bufferedBytes: 0, midFrame: false, missingBytes: 0 }
  if (!second) return { kind: 'frame', frame: first.frame }
  const offset = first.frame.bytes.length
  return { kind: 'malformed', reason: 'garbage', offset, skippedBytes: bytes.length - offset }
}

function drain(reader: FrameReader): ReadResult[] {
  const results: ReadResult[] = []
  for (let result = reader.next(); result.kind !== 'incomplete'; result = reader.next()) results.push(result)
  return results
}
