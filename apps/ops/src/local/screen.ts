// What a person (or, with --json, a program) sees of `npm start`: steps, notices, and one status line.
const PLAIN_STATUS_INTERVAL_MS = 10_000
/** Some terminals do not tell their width. */
const NARROW_COLUMNS = 80
const CLEAR_LINE = '\r\u001b[2K'

export interface Screen {
  /** Shows that it began, runs it, and says what came of it and how long it took. */
  step<T>(title: string, run: () => Promise<T>, outcome: (result: T) => string): Promise<T>
  notice(text: string): void
  /** Text for people; `event` for programs. */
  block(text: string, event: Record<string, unknown>): void
  /** Redrawn in place on a terminal; elsewhere at most one line in 10 s. */
  status(text: string, event: Record<string, unknown>): void
  /** Leaves the last status line standing. */
  endStatus(): void
}

export function createScreen(options: { json: boolean; out?: NodeJS.WriteStream }): Screen {
  const out = options.out ?? process.stdout
  return options.json ? jsonScreen(out) : out.isTTY ? terminalScreen(out) : plainScreen(out)
}

function jsonScreen(out: NodeJS.WriteStream): Screen {
  const write = (event: Record<string, unknown>) => out.write(`${JSON.stringify(event)}\n`)
  return {
    async step(title, run, outcome) {
      const started = performance.now()
      const result = await run()
      write({ event: 'step', title, outcome: outcome(result), seconds: secondsSince(started) })
      return result
    },
    notice: text => write({ event: 'notice', text }),
    block: (_, event) => write(event),
    status: (_, event) => write(event),
    endStatus: () => {},
  }
}

function plainScreen(out: NodeJS.WriteStream): Screen {
  let lastStatusAt = Number.NEGATIVE_INFINITY
  const line = (text: string) => out.write(`${text}\n`)
  return {
    async step(title, run, outcome) {
      const started = performance.now()
      line(`▸ ${title} …`)
      const result = await run()
      line(doneLine(outcome(result), started))
      return result
    },
    notice: text => line(`! ${text}`),
    block: text => line(text),
    status(text) {
      if (performance.now() - lastStatusAt < PLAIN_STATUS_INTERVAL_MS) return
      lastStatusAt = performance.now()
      line(text)
    },
    endStatus: () => {},
  }
}

function terminalScreen(out: NodeJS.WriteStream): Screen {
  let transient = ''
  const draw = (text: string) => {
    transient = text
    out.write(CLEAR_LINE + text.slice(0, (out.columns || NARROW_COLUMNS) - 1))
  }
  const line = (text: string) => {
    const kept = transient
    out.write(`${CLEAR_LINE}${text}\n`)
    if (kept) draw(kept)
  }
  const endTransient = () => {
    if (transient) out.write('\n')
    transient = ''
  }
  return {
    async step(title, run, outcome) {
      const started = performance.now()
      draw(`▸ ${title} …`)
      try {
        const result = await run()
        transient = ''
        line(doneLine(outcome(result), started))
        return result
      } catch (error) {
        endTransient()
        throw error
      }
    },
    notice: text => line(`! ${text}`),
    block: text => line(text),
    status: text => draw(text),
    endStatus: endTransient,
  }
}

function doneLine(outcome: string, started: number): string {
  return `✓ ${outcome} (${secondsSince(started).toFixed(1)} s)`
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10
}
