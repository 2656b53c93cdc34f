// The list of data records that a server has accepted: what must be in its database afterwards.
import { closeSync, openSync, writeSync } from 'node:fs'
import { dedupeKey } from '@deye-hard/domain'
import { DEYE_MICRO_SENSOR_LIST_ID } from './device/frames.ts'
import type { UploadRecord } from './device/record-buffer.ts'
import { CommandError, systemProblem } from './errors.ts'

const FLUSH_AT_LINES = 512

export interface Journal {
  /** Called before the ack counts; the line is on disk after the next `flush` at the latest. */
  record(loggerSerial: number, record: Pick<UploadRecord, 'recordCounter' | 'body'>, buffered: boolean): void
  /** Hands all lines to the operating system: they survive the death of this process. */
  flush(): void
  close(): void
}

export const NO_JOURNAL: Journal = { record: () => {}, flush: () => {}, close: () => {} }

/** Appends; whoever starts a run decides whether an older file goes. Throws CommandError `bad_journal_file`. */
export function openJournal(file: string): Journal {
  const descriptor = openForAppend(file)
  let lines: string[] = []

  function flush(): void {
    if (lines.length > 0) {
      writeWhole(descriptor, Buffer.from(lines.join('')))
      lines = []
    }
  }

  return {
    record(loggerSerial, { recordCounter, body }, buffered) {
      lines.push(`${JSON.stringify(journalLine(loggerSerial, recordCounter, body, buffered))}\n`)
      if (lines.length >= FLUSH_AT_LINES) {
        flush()
      }
    },
    flush,
    close() {
      flush()
      closeSync(descriptor)
    },
  }
}

function journalLine(loggerSerial: number, recordCounter: number, body: Buffer, buffered: boolean) {
  return {
    logger_serial: loggerSerial,
    dedupe_key: dedupeKey({ sensorListId: DEYE_MICRO_SENSOR_LIST_ID, recordCounter, body }),
    record_counter: recordCounter,
    buffered,
  }
}

function openForAppend(file: string): number {
  try {
    return openSync(file, 'a')
  } catch (cause) {
    const reason = systemProblem(cause)
    throw new CommandError('bad_journal_file', `Cannot write the journal ${file}: ${reason}.`, { cause })
  }
}

/** A full pipe or disk may take a part only. */
function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written)
  }
}
