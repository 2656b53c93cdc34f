// The address as state of the page: path and query, links that do not load the page again, and changes of the query.
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { lensAddress } from '../../src/pages/drawing/panel-link.ts'

const CHANGED = 'lens:place'

export interface Place {
  path: string
  query: URLSearchParams
}

export function usePlace(): Place {
  const [place, setPlace] = useState(current)
  useEffect(() => {
    const changed = () => setPlace(current())
    window.addEventListener('popstate', changed)
    window.addEventListener(CHANGED, changed)
    return () => {
      window.removeEventListener('popstate', changed)
      window.removeEventListener(CHANGED, changed)
    }
  }, [])
  return place
}

export function go(address: string, how: 'push' | 'replace' = 'push'): void {
  const here = location.pathname
  if (how === 'push') history.pushState(null, '', address)
  else history.replaceState(null, '', address)
  window.dispatchEvent(new Event(CHANGED))
  if (how === 'push' && location.pathname !== here) {
    window.scrollTo(0, 0)
    document.getElementById('content')?.focus({ preventScroll: true })
  }
}

/** Null takes a part away. */
export function withQuery(changes: Readonly<Record<string, string | readonly string[] | null>>): string {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name)
    for (const one of value === null ? [] : [value].flat()) query.append(name, one)
  }
  const text = query.toString()
  return text === '' ? location.pathname : `${location.pathname}?${text}`
}

/** The time of this page on another one. */
export function keepingTime(path: string): string {
  const here = new URLSearchParams(location.search)
  const kept = new URLSearchParams()
  for (const name of ['from', 'to', 'refresh']) {
    const value = here.get(name)
    if (value !== null) kept.set(name, value)
  }
  const text = kept.toString()
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`
}

interface LinkProps {
  class?: string
  title?: string
  /** For a reader who hears the link alone. */
  label?: string
  onClickCapture?: () => void
  href: string
  current?: boolean
  children: ComponentChildren
}

export function Link({ href, current: isCurrent = false, label, children, ...rest }: LinkProps) {
  const isOurs = href.startsWith('/')
  const follow = (event: MouseEvent) => {
    if (
      !isOurs ||
      event.defaultPrevented ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.button !== 0
    )
      return
    event.preventDefault()
    go(href)
  }
  return (
    <a
      {...rest}
      href={href}
      onClick={follow}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(isCurrent ? { 'aria-current': 'page' } : {})}
      {...(isOurs ? {} : { target: '_blank', rel: 'noreferrer' })}
    >
      {children}
    </a>
  )
}

/** Addresses of SigNoz, which links of panels and mails name, become ours. */
function current(): Place {
  const here = location.pathname + location.search
  const ours = lensAddress(here)
  if (ours !== here) history.replaceState(null, '', ours)
  return { path: location.pathname, query: new URLSearchParams(location.search) }
}
