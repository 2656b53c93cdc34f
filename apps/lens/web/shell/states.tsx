// What stands in the place of data that is not there: still asked for, none, refused, failed.
import type { Refused } from '../../src/pages/page-shapes.ts'

export function Waiting({ children = 'Loading…' }: { children?: string }) {
  return (
    <p class="state" role="status">
      {children}
    </p>
  )
}

export function NoData({ children = 'No data in this time' }: { children?: string }) {
  return <p class="state">{children}</p>
}

export function RefusedNote({ refused: { query, reason } }: { refused: Refused }) {
  return (
    <p class="state refused">
      <strong>Not drawn.</strong> {query === '' ? '' : `${query}: `}
      {reason}
    </p>
  )
}

export function Failed({ problem }: { problem: string }) {
  return (
    <p class="state refused" role="alert">
      <strong>Failed.</strong> {problem}
    </p>
  )
}
