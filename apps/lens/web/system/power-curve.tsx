// The power of one logger over the last day, with the night of its site shaded.
import { PICTURE_HEIGHT, type PowerDrawn, powerPicture } from '../../src/pages/drawing/power-path.ts'
import { minuteTime } from '../shell/words.ts'

export function PowerCurve({ drawn }: { drawn: PowerDrawn }) {
  const { width, path, nights, spoken, nowW } = powerPicture(drawn, minuteTime)
  return (
    <div class="power">
      <svg
        viewBox={`0 0 ${width} ${PICTURE_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={spoken}
      >
        <title>{spoken}</title>
        {nights.map(night => (
          <rect key={night.x} class="night" x={night.x} width={night.width} y={0} height={PICTURE_HEIGHT} />
        ))}
        <path d={path} />
      </svg>
      <span class="amount">{nowW === null ? '—' : `${nowW} W`}</span>
    </div>
  )
}
