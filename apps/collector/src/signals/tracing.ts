// What the network half and the shipper share, so that one trace goes from the bytes of a logger to the row.
import { type Clock, systemClock } from '../clock.ts'
import type { CollectorSettings } from '../settings.ts'
import { type BudgetSettings, TraceBudget } from './trace-budget.ts'
import { TracedMessages } from './traced-messages.ts'

export type TracingSettings = BudgetSettings & Pick<CollectorSettings, 'tracedMessagesMax'>

export class Tracing {
  readonly budget: TraceBudget
  readonly messages: TracedMessages

  constructor(settings: TracingSettings, clock: Clock = systemClock) {
    this.budget = new TraceBudget(settings, clock)
    this.messages = new TracedMessages(settings.tracedMessagesMax)
  }
}
