// Scrapes every target once in an interval and hands what came to the intake.
import type { Intake } from '../intake/intake.ts'
import { type PageLimits, type ScrapeTarget, Target, type TargetStatus } from './target.ts'

export interface ScraperOptions {
  targets: readonly ScrapeTarget[]
  intervalMs: number
  /** `deployment.environment.name` of what is scraped. */
  environment: string
  limits: PageLimits
  now?: () => number
}

export interface Scraper {
  status(): TargetStatus[]
  /** Resolves when the scrape that is under way is over. Safe to call twice. */
  stop(): Promise<void>
}

/** The first scrape is at once, so that `up` is there with the first panel. */
export function startScraper(intake: Pick<Intake, 'receiveMetrics'>, options: ScraperOptions): Scraper {
  const { targets, environment, limits, now = Date.now } = options
  const all = targets.map(target => new Target(target, environment, limits))
  const running = new Set<Promise<void>>()
  const scrape = (target: Target) => {
    const one = target.scrape(now).then(request => {
      intake.receiveMetrics(request)
    })
    running.add(one)
    void one.finally(() => running.delete(one))
  }
  const scrapeAll = () => {
    // A target that is still answering the last time is left alone: the timeout ends it.
    if (running.size === 0) for (const target of all) scrape(target)
  }
  scrapeAll()
  const timer = setInterval(scrapeAll, options.intervalMs)
  return {
    status: () => all.map(target => target.status()),
    async stop() {
      clearInterval(timer)
      await Promise.all(running)
    },
  }
}
