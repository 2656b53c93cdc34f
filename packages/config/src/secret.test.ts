// A secret shows itself nowhere unless it is asked.
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Secret } from './index.ts'

it('hides in text, JSON, inspection and spreading', () => {
  const secret = new Secret('k9-very-secret')
  const shown = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect(secret), { ...secret }]
  expect(shown.slice(0, 4)).toEqual(['[secret]', '{"secret":"[secret]"}', '{ secret: [secret] }', '[secret]'])
  expect(JSON.stringify(shown)).not.toContain('k9')
  expect(secret.reveal()).toBe('k9-very-secret')
})
