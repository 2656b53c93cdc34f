// Light or dark: as the system says, or as the person chose.
import { useEffect, useState } from 'preact/hooks'

const STORED = 'lens-theme'
const CHANGED = 'lens:theme'
const dark = matchMedia('(prefers-color-scheme: dark)')

export type Theme = 'system' | 'light' | 'dark'
export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function startTheme(): void {
  apply(chosenTheme())
  dark.addEventListener('change', () => apply(chosenTheme()))
}

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(STORED) as Theme | null
  return stored !== null && THEMES.includes(stored) ? stored : 'system'
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED, theme)
  apply(theme)
}

/** Changes when colours do: charts are drawn with those that were computed. */
export function useThemeShown(): string {
  const [shown, setShown] = useState(() => document.documentElement.dataset['theme'] ?? 'light')
  useEffect(() => {
    const changed = () => setShown(document.documentElement.dataset['theme'] ?? 'light')
    window.addEventListener(CHANGED, changed)
    return () => window.removeEventListener(CHANGED, changed)
  }, [])
  return shown
}

function apply(theme: Theme): void {
  const isDark = theme === 'dark' || (theme === 'system' && dark.matches)
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  window.dispatchEvent(new Event(CHANGED))
}
