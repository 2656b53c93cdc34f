// The filter of a search, in the grammar of the dashboards; it stands in the address and is asked when it is sent.
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { go, withQuery } from '../shell/place.tsx'

interface FilterBarProps {
  filter: string
  example: string
  children?: ComponentChildren
}

export function FilterBar({ filter, example, children }: FilterBarProps) {
  const [text, setText] = useState(filter)
  useEffect(() => setText(filter), [filter])
  const submit = (event: Event) => {
    event.preventDefault()
    go(withQuery({ filter: text.trim() === '' ? null : text.trim(), page: null }))
  }
  return (
    <form class="filter" onSubmit={submit}>
      <label>
        <span class="visually-hidden">Filter</span>
        <input
          type="search"
          name="filter"
          value={text}
          placeholder={example}
          autocomplete="off"
          spellcheck={false}
          onInput={event => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Search</button>
      {children}
    </form>
  )
}

export function Pager({ page, isMore }: { page: number; isMore: boolean }) {
  if (page === 0 && !isMore) return null
  return (
    <nav class="pager" aria-label="Older and newer">
      <button
        type="button"
        disabled={page === 0}
        onClick={() => go(withQuery({ page: page <= 1 ? null : String(page - 1) }))}
      >
        Newer
      </button>
      <button type="button" disabled={!isMore} onClick={() => go(withQuery({ page: String(page + 1) }))}>
        Older
      </button>
    </nav>
  )
}
