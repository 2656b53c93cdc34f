// Colours of the stylesheet, which a canvas has to be told.

export interface ChartColors {
  text: string
  muted: string
  line: string
  surface: string
  bad: string
  warn: string
  good: string
}

export function chartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: color('text'),
    muted: color('muted'),
    line: color('line'),
    surface: color('surface'),
    bad: color('bad'),
    warn: color('warn'),
    good: color('good'),
  }
}
