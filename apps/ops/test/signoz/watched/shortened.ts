// The rules of the repository with windows that a test can wait for, and a disk limit that this machine's disk can pass.
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { PayloadContext } from '@deye-hard/monitoring'

/** Of the disk: far more than everything else writes meanwhile, far less than fills it. */
const FILL_SHARE = 0.05
const MINUTE = '1m0s'
const FREQUENCY = '15s'

/** A file of 5 % of the disk, to be written and removed. */
export class DiskFill {
  readonly #file: string
  readonly #startPercent: number
  readonly #bytes: number

  constructor(folder: string) {
    const { blocks, bfree, bavail, bsize } = statfsSync(folder)
    const usable = (blocks - bfree + bavail) * bsize
    this.#file = join(folder, 'fill')
    this.#startPercent = (100 * (blocks - bfree) * bsize) / usable
    this.#bytes = Math.floor(usable * FILL_SHARE)
    if (bavail * bsize < 2 * this.#bytes) throw new Error(`${folder} has no room for ${this.#bytes} bytes`)
  }

  /** Percent in use that the disk has with the file and not without. */
  limitAt(shareOfTheFile: number): number {
    return this.#startPercent + 100 * FILL_SHARE * shareOfTheFile
  }

  write(): void {
    execFileSync('fallocate', ['-l', String(this.#bytes), this.#file])
  }

  remove(): void {
    rmSync(this.#file, { force: true })
  }
}

/** Only times and the number of the disk change; queries, comparisons and all other numbers are the repository's. */
export function shortened(disk: DiskFill): NonNullable<PayloadContext['override']> {
  return ({ id }, { absentForMinutes }) => ({
    window: MINUTE,
    frequency: FREQUENCY,
    requiredNumPoints: 1,
    ...(absentForMinutes === undefined ? {} : { absentForMinutes: 1 }),
    ...(id === 'DiskAlmostFull' ? diskNumbers(disk) : {}),
  })
}

function diskNumbers(disk: DiskFill) {
  return {
    tiers: { critical: disk.limitAt(0.8), warning: disk.limitAt(0.6) },
    recovery: { critical: disk.limitAt(0.7), warning: disk.limitAt(0.5) },
  }
}
