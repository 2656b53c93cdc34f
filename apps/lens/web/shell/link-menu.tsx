// The small menu of places to go from a point of a chart or a row of a table.
import { useEffect, useRef, useState } from 'preact/hooks'
import { Link } from './place.tsx'

const CHANGED = 'lens:menu'
const MARGIN_PX = 8

export interface MenuItem {
  text: string
  href: string
}
interface Menu {
  title: string
  items: readonly MenuItem[]
  x: number
  y: number
}

let menu: Menu | null = null
let opener: HTMLElement | null = null

/** At the pointer, or below what was activated by the keyboard. */
export function openMenu(title: string, items: readonly MenuItem[], x: number, y: number): void {
  opener = document.activeElement as HTMLElement | null
  show({ title, items, x, y })
}

function show(next: Menu | null): void {
  menu = next
  window.dispatchEvent(new Event(CHANGED))
}

function close(): void {
  show(null)
  opener?.focus()
}

export function LinkMenuHost() {
  const [shown, setShown] = useState<Menu | null>(null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const changed = () => setShown(menu)
    window.addEventListener(CHANGED, changed)
    return () => window.removeEventListener(CHANGED, changed)
  }, [])
  useEffect(() => {
    const element = box.current
    if (shown === null || element === null) return
    const { width, height } = element.getBoundingClientRect()
    element.style.left = `${Math.max(MARGIN_PX, Math.min(shown.x, innerWidth - width - MARGIN_PX))}px`
    element.style.top = `${Math.max(MARGIN_PX, Math.min(shown.y, innerHeight - height - MARGIN_PX))}px`
    element.querySelector('a')?.focus()
    const outside = (event: Event) => !element.contains(event.target as Node) && show(null)
    const key = (event: KeyboardEvent) => event.key === 'Escape' && close()
    document.addEventListener('pointerdown', outside)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('keydown', key)
    }
  }, [shown])
  if (shown === null) return null
  return (
    <div class="menu" ref={box} role="dialog" aria-label={shown.title}>
      <p>{shown.title}</p>
      <ul>
        {shown.items.map(({ text, href }) => (
          <li key={text}>
            <Link href={href} onClickCapture={() => show(null)}>
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
