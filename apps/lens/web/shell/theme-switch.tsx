// The switch between light, dark and what the system says.
import { useState } from 'preact/hooks'
import { chooseTheme, chosenTheme, THEMES, type Theme } from './theme.ts'

const NAMES: Readonly<Record<Theme, string>> = { system: 'System colours', light: 'Light', dark: 'Dark' }

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme)
  const choose = (chosen: Theme) => {
    chooseTheme(chosen)
    setTheme(chosen)
  }
  return (
    <label class="theme">
      <span class="visually-hidden">Colours</span>
      <select value={theme} onChange={event => choose(event.currentTarget.value as Theme)}>
        {THEMES.map(one => (
          <option key={one} value={one}>
            {NAMES[one]}
          </option>
        ))}
      </select>
    </label>
  )
}
