// The choice of several values of a variable: a list of boxes that opens, with a search where it is long.
import { useEffect, useId, useRef, useState } from 'preact/hooks'

/** A longer list gets a search. */
const SEARCH_FROM = 10
/** Values in the open list; the search finds the others. */
const SHOWN_MAX = 200

interface MultiChoiceProps {
  title: string
  values: readonly string[]
  /** There are more than the server gives. */
  isCut: boolean
  /** Why there are no values. */
  problem: string | undefined
  /** Empty stands for all. */
  chosen: readonly string[]
  onChoose(chosen: readonly string[]): void
}

export function MultiChoice({ title, values, isCut, problem, chosen, onChoose }: MultiChoiceProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  useClosing(box, isOpen, () => setOpen(false))
  return (
    <div class="choice" ref={box}>
      <span id={id}>{title}</span>
      <button
        type="button"
        id={`${id}-button`}
        aria-labelledby={`${id} ${id}-button`}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {chosenText(chosen)} ▾
      </button>
      {isOpen ? (
        <ChoiceList
          title={title}
          values={values}
          isCut={isCut}
          problem={problem}
          chosen={chosen}
          onChoose={onChoose}
        />
      ) : null}
    </div>
  )
}

function ChoiceList({ title, values, isCut, problem, chosen, onChoose }: MultiChoiceProps) {
  const [search, setSearch] = useState('')
  const found = values.filter(value => value.toLowerCase().includes(search.toLowerCase()))
  const toggle = (value: string) =>
    onChoose(chosen.includes(value) ? chosen.filter(one => one !== value) : [...chosen, value])
  return (
    <fieldset class="choice-list">
      <legend class="visually-hidden">{title}</legend>
      {values.length < SEARCH_FROM ? null : (
        <input
          type="search"
          aria-label={`Search ${title}`}
          placeholder="Search"
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      )}
      <label class="check">
        <input type="checkbox" checked={chosen.length === 0} onChange={() => onChoose([])} />
        All
      </label>
      {found.slice(0, SHOWN_MAX).map(value => (
        <label class="check" key={value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
          {value}
        </label>
      ))}
      {found.length > SHOWN_MAX ? (
        <p class="note">{`${found.length - SHOWN_MAX} more: search for them`}</p>
      ) : null}
      {isCut ? <p class="note">There are more values (LENS_VARIABLE_VALUES_MAX)</p> : null}
      {values.length === 0 ? <p class="note">{problem ?? 'No values in this time'}</p> : null}
    </fieldset>
  )
}

function chosenText(chosen: readonly string[]): string {
  if (chosen.length === 0) return 'All'
  return chosen.length <= 2 ? chosen.join(', ') : `${chosen.length} chosen`
}

/** A look elsewhere and Escape close it. */
function useClosing(box: { current: HTMLElement | null }, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return
    const outside = (event: Event) => !box.current?.contains(event.target as Node) && close()
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      close()
      box.current?.querySelector('button')?.focus()
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('keydown', key)
    }
  }, [isOpen, box, close])
}
