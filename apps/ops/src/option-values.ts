// Reads the values of options; what is wrong is said with the form expected.
import { parseDuration } from '@deye-hard/config'
import { InvalidArgumentError } from 'commander'

const SERIAL_MAX = 0xffff_ffff

export function integerBetween(min: number, max: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (!/^-?\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
    return value
  }
}

export function numberBetween(min: number, max: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max)
      throw new InvalidArgumentError(`Give a number from ${min} to ${max}.`)
    return value
  }
}

/** Solarman serials travel as an unsigned 32-bit number; 0 is what a logger without one sends. */
export const loggerSerial = integerBetween(1, SERIAL_MAX)

/** 0 stands for any free port. */
export const portOrFree = integerBetween(0, 65_535)

/** '60s', '10m' -> milliseconds. */
export function durationMs(text: string): number {
  const value = parseDuration(text)
  if (value === null) throw new InvalidArgumentError('Give a duration like 30s, 10m, 12h or 7d.')
  return value
}

export function timezone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw new InvalidArgumentError('Give an IANA name like Europe/Berlin.')
  }
}

export function email(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text) || text.length > 254)
    throw new InvalidArgumentError('Give an e-mail address like anna@example.org.')
  return text.toLowerCase()
}
