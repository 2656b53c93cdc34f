// Looks for one mail: in a folder of mails (a maildir is one), or on the page of a mail catcher.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OpsError } from '../errors.ts'

const PAGE_LIMIT_MS = 10_000

export interface Mailbox {
  /** Whether a mail with this text has come. Throws OPS_CONFIGURATION or OPS_UNAVAILABLE when the mailbox cannot be read. */
  holds: (text: string) => Promise<boolean>
}

/** `http://…` is a page or API that lists the subjects of mails, anything else a folder. */
export function openMailbox(where: string, sinceMs: number): Mailbox {
  return /^https?:\/\//.test(where)
    ? { holds: text => isOnPage(where, text) }
    : { holds: text => isInFolder(where, text, sinceMs) }
}

async function isOnPage(url: string, text: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PAGE_LIMIT_MS) })
    const page = await response.text()
    if (response.ok) return page.includes(text)
    throw new Error(`HTTP ${response.status}`)
  } catch (error) {
    const { cause, message } = error as Error
    const reason = cause instanceof Error ? cause.message || 'connection failed' : message
    throw new OpsError(
      'OPS_UNAVAILABLE',
      `The mailbox at ${url} cannot be read (${reason}): check --mailbox.`,
      {
        cause: error,
      },
    )
  }
}

/** A maildir keeps new mails in `new` and moves them to `cur` when a program has seen them. */
async function isInFolder(folder: string, text: string, sinceMs: number): Promise<boolean> {
  for (const path of await filesBelow(folder)) {
    const found = await readMail(path, sinceMs)
    if (found?.includes(text)) return true
  }
  return false
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  } catch (error) {
    throw new OpsError(
      'OPS_CONFIGURATION',
      `The mailbox ${folder} cannot be read (${(error as Error).message}): name a folder of mails, or the http:// address of a mail catcher.`,
      { cause: error },
    )
  }
}

/** null for one that is older, or has been moved meanwhile. */
async function readMail(path: string, sinceMs: number): Promise<string | null> {
  try {
    if ((await stat(path)).mtimeMs < sinceMs) return null
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
