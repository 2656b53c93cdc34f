// Every reason why a spool cannot be opened, each with the way out for the person who reads it.

export const SPOOL_ERROR_CODES = [
  'spool_folder_unusable',
  'spool_locked',
  'spool_damaged',
  'spool_version_unknown',
  'spool_no_space',
] as const
export type SpoolErrorCode = (typeof SPOOL_ERROR_CODES)[number]

const SENTENCES: Record<SpoolErrorCode, (folder: string) => string> = {
  spool_folder_unusable: folder =>
    `The spool folder ${folder} cannot be created or written: make it a folder that this user owns, or set SPOOL_DIR to another one.`,
  spool_locked: folder =>
    `Another collector uses the spool folder ${folder}: stop it first, or give this one its own SPOOL_DIR.`,
  spool_damaged: folder =>
    `The spool in ${folder} is damaged and was left as it is: move the folder away (it holds frames that were acknowledged and not yet stored) and start again with an empty one.`,
  spool_version_unknown: folder =>
    `The spool in ${folder} was written by a newer version of the collector: run that version, or let it drain first.`,
  spool_no_space: folder =>
    `There is no space left for the spool in ${folder}: free some, or set SPOOL_DIR to another disk.`,
}

export class SpoolError extends Error {
  override readonly name = 'SpoolError'
  readonly code: SpoolErrorCode

  constructor(code: SpoolErrorCode, folder: string, options?: ErrorOptions) {
    super(SENTENCES[code](folder), options)
    this.code = code
  }
}
