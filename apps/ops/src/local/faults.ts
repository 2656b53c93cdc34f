// The faults of a run: what the simulator says is going to happen, and the one that it leaves to us: api-down.
import { parseObject, type Service } from './service.ts'

const API_DOWN = 'api-down'

/** As the simulator's first line has it, see apps/simulator/src/faults/fault.ts. */
export interface PlannedFault {
  name: string
  about: string
  outcome: string
  /** Loggers or connections. */
  count: number
  /** Real seconds; 0 lasts to the end. */
  seconds: number
  /** Real seconds from the start. */
  after: number
  /** `mails` are those of its defaults: with other arguments they are a guess. */
  has_defaults: boolean
  mails: readonly { rule: string; tier: string; after_minutes: number; over_after_minutes: number }[]
}

export interface ToldFault {
  name: string
  phase: 'begin' | 'end'
}

export class Faults {
  planned: readonly PlannedFault[] = []
  readonly #outage: Outage
  readonly #tell: (fault: ToldFault) => void

  constructor(parts: { outage: Outage; tell: (fault: ToldFault) => void }) {
    this.#outage = parts.outage
    this.#tell = parts.tell
  }

  /** Lines of the simulator; those about faults go to its log too, hence never true. */
  readonly onLine = (line: string): boolean => {
    const event = parseObject(line)
    if (event?.type === 'faults') this.planned = event.planned as PlannedFault[]
    else if (event?.type === 'fault') this.#told(event as unknown as ToldFault)
    return false
  }

  /** Those that last to the end are over. */
  end(): Promise<void> {
    return this.#outage.endAll()
  }

  #told({ name, phase }: ToldFault): void {
    if (name === API_DOWN) this.#outage[phase]()
    this.#tell({ name, phase })
  }
}

/** One line for people: what is going to happen, and where and when to see what comes of it. */
export function faultText(fault: PlannedFault, lensUrl: string | null): string {
  const { name, seconds, outcome, mails, has_defaults } = fault
  const what = `${name} ${seconds === 0 ? 'to the end' : `for ${timeText(seconds)}`}`
  if (lensUrl === null) return `${what}: without lens nothing mails. ${outcome}`
  const page = `${lensUrl}/mails`
  if (mails.length === 0) return `${what}: no mail on ${page}. ${outcome}`
  const usual = has_defaults ? '' : 'with its usual arguments '
  const promised = mails.map(({ rule, tier, after_minutes, over_after_minutes }) => {
    const over = seconds === 0 ? '' : `, and some ${over_after_minutes} after its end one that it is over`
    return `mail ${rule} (${tier}) after about ${after_minutes} real minutes${over}`
  })
  return `${what}: ${usual}${promised.join('; ')}. See ${page}`
}

function timeText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

type Away = Pick<Service, 'takeAway' | 'comeBack'>

/** Takes a service away while one fault or more ask for it. */
export class Outage {
  readonly #service: () => Away | undefined
  readonly #graceMs: number
  #asking = 0
  #done: Promise<void> = Promise.resolve()

  constructor(service: () => Away | undefined, graceMs: number) {
    this.#service = service
    this.#graceMs = graceMs
  }

  begin(): void {
    this.#asking += 1
    if (this.#asking === 1) this.#next(service => service.takeAway(this.#graceMs))
  }

  end(): void {
    if (this.#asking === 0) return
    this.#asking -= 1
    if (this.#asking === 0) this.#next(service => service.comeBack())
  }

  async endAll(): Promise<void> {
    this.#asking = Math.min(1, this.#asking)
    this.end()
    await this.#done
  }

  /** One after the other: a short fault ends while the service is still going. */
  #next(run: (service: Away) => Promise<void>): void {
    const service = this.#service()
    if (service !== undefined) this.#done = this.#done.then(() => run(service))
  }
}
