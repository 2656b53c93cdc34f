// The version that provisioning accepts is the one that this repository installs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/project.ts'
import { KNOWN_VERSION } from '../../src/provision/waiting.ts'

test('docker-compose.yml pins a known version', () => {
  const compose = readFileSync(join(PROJECT_ROOT, 'docker-compose.yml'), 'utf8')
  const versions = [...compose.matchAll(/signoz\/signoz(?:-community)?:(\S+)/g)].map(match => match[1]!)
  expect(versions.length).toBeGreaterThan(0)
  expect(versions.filter(version => !KNOWN_VERSION.test(version))).toEqual([])
})

test.each(['v0.139.0', 'v1.138.0', '0.1380.1', 'dev', 'unknown', ''])('%s is not known', version => {
  expect(KNOWN_VERSION.test(version)).toBe(false)
})
