// Says how inverters are doing: by the rules of `domain`, which know the night, and by the day at their site.
import { evaluateContacts, type LoggerState } from '@deye-hard/domain'
import type { Inverter } from '@deye-hard/store'

/** In the order of the inverters. The state is that of the logger: when it was heard last, not what the reading says. */
export function statesOf(inverters: readonly Inverter[], now: Date): LoggerState[] {
  const contacts = inverters.map(({ loggerSerial, site, hasBattery, uploadIntervalS, state }) => ({
    logger: {
      loggerSerial,
      siteId: site.id,
      latitude: site.latitude,
      longitude: site.longitude,
      hasBattery,
      uploadIntervalS,
    },
    heardMs: state?.receivedAt.getTime() ?? null,
  }))
  return evaluateContacts(contacts, now.getTime()).verdicts.map(({ state }) => state)
}

/** A logger whose clock runs ahead is not from the future: its age is 0. */
export function ageInS(then: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000))
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** The counter of "today" belongs to the day of the site, not of the server. */
export function isSameDay(left: Date, right: Date, timezone: string): boolean {
  let format = dayFormats.get(timezone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' })
    dayFormats.set(timezone, format)
  }
  return format.format(left) === format.format(right)
}
