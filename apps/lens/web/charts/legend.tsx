// The legend of a chart as buttons: a click shows one line alone, another click all again.
import type { Line } from '../../src/pages/drawing/chart-lines.ts'

interface LegendProps {
  lines: readonly Line[]
  /** Null shows all. */
  alone: string | null
  position: 'bottom' | 'right'
  text(value: number): string
  onChoose(name: string | null): void
}

export function Legend({ lines, alone, position, text, onChoose }: LegendProps) {
  return (
    <ul class={`legend ${position}`}>
      {lines.map(({ name, color, values }) => {
        const last = values.at(-1)?.[1]
        const isOn = alone === null || alone === name
        return (
          <li key={name}>
            <button
              type="button"
              class={isOn ? '' : 'off'}
              aria-pressed={alone === name}
              title={`${name}: ${last === undefined ? 'no value' : `${text(last)} at the end`}`}
              onClick={() => onChoose(alone === name ? null : name)}
            >
              <i style={{ background: color }} />
              <span>{name}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
