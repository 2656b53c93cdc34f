// Log lines as a list; each opens to its fields and leads to its trace.
import { filterLiteral } from '../../src/pages/drawing/filter-literal.ts'
import type { LogLine } from '../../src/pages/page-shapes.ts'
import { go, Link, withQuery } from '../shell/place.tsx'
import { exactTime } from '../shell/words.ts'

interface LogLinesProps {
  lines: readonly LogLine[]
  /** Marked and opened. */
  marked?: string | null
  isInTrace?: boolean
}

const SEVERITIES: Readonly<Record<string, string>> = { FATAL: 'bad', ERROR: 'bad', WARN: 'warn' }

export function LogLines({ lines, marked = null, isInTrace = false }: LogLinesProps) {
  return (
    <ol class="log-lines">
      {lines.map(line => (
        <li key={line.id} class={line.id === marked ? 'marked' : ''}>
          <details open={line.id === marked}>
            <summary>
              <time dateTime={new Date(line.ms).toISOString()}>{exactTime(line.ms)}</time>
              <span class={`severity ${SEVERITIES[line.severity.toUpperCase()] ?? ''}`}>{line.severity}</span>
              <span class="service">{line.service}</span>
              <span class="body">{line.body}</span>
              <span class="brief">{brief(line)}</span>
            </summary>
            <LineFields line={line} isInTrace={isInTrace} />
          </details>
        </li>
      ))}
    </ol>
  )
}

function LineFields({ line, isInTrace }: { line: LogLine; isInTrace: boolean }) {
  return (
    <div class="fields">
      {line.traceId === '' || isInTrace ? null : (
        <p>
          <Link href={`/traces/${line.traceId}?span=${line.spanId}`}>Open its trace</Link>
        </p>
      )}
      <dl>
        {Object.entries(line.attributes).map(([name, value]) => (
          <Field key={name} name={name} value={value} isFilterable={!isInTrace} />
        ))}
      </dl>
    </div>
  )
}

function Field({
  name,
  value,
  isFilterable,
}: {
  name: string
  value: string | number | boolean
  isFilterable: boolean
}) {
  const narrow = () => {
    const before = new URLSearchParams(location.search).get('filter')
    const condition = `${name} = ${filterLiteral(value)}`
    go(withQuery({ filter: before === null ? condition : `${before} AND ${condition}`, page: null }))
  }
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {String(value)}
        {isFilterable && String(value).length < 200 ? (
          <button
            type="button"
            class="narrow-down"
            aria-label={`Only lines with this ${name}`}
            onClick={narrow}
          >
            =
          </button>
        ) : null}
      </dd>
    </>
  )
}

/** The fields of a line in a few words. */
function brief({ attributes }: LogLine): string {
  return Object.entries(attributes)
    .filter(([name]) => !name.startsWith('log.') && name !== 'logger')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
