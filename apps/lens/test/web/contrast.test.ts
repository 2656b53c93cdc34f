// Text can be read on its ground in both themes: WCAG 2.2 asks 4.5:1 for text and 3:1 for lines of charts.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PALETTE } from '../../src/pages/drawing/chart-lines.ts'

const TEXT = 4.5
const GRAPHIC = 3

const css = readFileSync(new URL('../../web/styles/theme.css', import.meta.url), 'utf8')
const light = tokensOf(/:root \{([^}]*)\}/)
const dark = tokensOf(/:root\[data-theme="dark"\] \{([^}]*)\}/)

describe.each([
  ['light', light],
  ['dark', { ...light, ...dark }],
])('%s', (_, colors) => {
  it.each([
    ['text', 'page'],
    ['text', 'surface'],
    ['muted', 'page'],
    ['muted', 'surface'],
    ['accent', 'page'],
    ['accent', 'surface'],
    ['accent', 'idle-ground'],
    ['warn', 'surface'],
    ['bad', 'surface'],
    ['good', 'surface'],
    ['good', 'good-ground'],
    ['warn', 'warn-ground'],
    ['bad', 'bad-ground'],
    ['text', 'idle-ground'],
  ])('%s on %s', (text, ground) => {
    expect(contrast(colors[text]!, colors[ground]!)).toBeGreaterThanOrEqual(TEXT)
  })

  it.each([['day'], ['night']])('power on %s', ground => {
    expect(contrast(colors['sun']!, colors[ground]!)).toBeGreaterThanOrEqual(GRAPHIC)
  })

  it.each(PALETTE.map(color => [color]))('line %s', color => {
    expect(contrast(color, colors['surface']!)).toBeGreaterThanOrEqual(GRAPHIC)
  })
})

function tokensOf(block: RegExp): Record<string, string> {
  const [, body = ''] = block.exec(css) ?? []
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  )
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high! + 0.05) / (low! + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map(at => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
