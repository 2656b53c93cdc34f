// What the compose file promises of every container: nothing it may do beyond its work, limits, health, pinned images.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../src/project.ts'
import { isTask, memoryBytes, OVERLAYS, readCompose, readProjectFile, type Service } from './compose-files.ts'

const MIB = 1024 ** 2
const MONITORING = ['postgres-exporter', 'keeper', 'clickhouse', 'otel-collector', 'signoz']
/** DESIGN section 8. */
const MONITORING_MEMORY_MAX = 2_560 * MIB
const MONITORING_CPUS_MAX = 1.6
const SMALL_HOST_MEMORY_MAX = 3_072 * MIB
/** What may be reached from outside. */
const PUBLISHED: Record<string, string[]> = {
  collector: [published('PUBLISH_COLLECTOR', '0.0.0.0:8899', 8899)],
  api: [published('PUBLISH_API', '127.0.0.1:3000', 3000)],
  signoz: [published('PUBLISH_SIGNOZ', '127.0.0.1:8080', 8080)],
  caddy: [published('PUBLISH_HTTPS', '0.0.0.0:443', 8443), published('PUBLISH_HTTP', '0.0.0.0:80', 8080)],
}
const CAPABILITIES: Record<string, string[]> = {
  /** Hands volumes to their users. */
  prepare: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
  /** Its program does not start without. */
  caddy: ['NET_BIND_SERVICE'],
}

const compose = readCompose()
const services = Object.entries(compose.services)
const overlays = OVERLAYS.map(path => readCompose(path))
/** An overlay brings services of its own, and changes others. */
const added = overlays.flatMap(({ services: all }) =>
  Object.entries(all).filter(([name]) => !(name in compose.services)),
)

describe.each([...services, ...added])('%s', (name, service) => {
  it('can do nothing beyond its work', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.privileged ?? false).toBe(false)
    expect(service.cap_add ?? []).toEqual(CAPABILITIES[name] ?? [])
  })

  it('is not root, except for the task without a network', () => {
    if (name === 'prepare') expect(service).toMatchObject({ user: '0:0', network_mode: 'none' })
    else expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it('has limits, and a log that does not grow for ever', () => {
    expect(service.cpus).toBeGreaterThan(0)
    expect(memoryBytes(service.mem_limit!)).toBeGreaterThan(0)
    expect(service.pids_limit).toBeGreaterThan(0)
    expect(service.logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } })
  })

  it('restarts and says whether it is well, or is one command and its end', () => {
    if (isTask(service)) {
      // Switched off where the image has one for its service.
      expect(service.healthcheck ?? { disable: true }).toEqual({ disable: true })
      return
    }
    expect(service.restart).toBe('unless-stopped')
    expect(service.healthcheck!.test[0]).toBe('CMD')
    expect(Object.keys(service.healthcheck!)).toEqual(
      expect.arrayContaining(['test', 'interval', 'timeout', 'retries', 'start_period']),
    )
  })

  it('publishes what it may and nothing else', () => {
    expect(service.ports ?? []).toEqual(PUBLISHED[name] ?? [])
  })

  it('starts after what it needs has come up, or has done its work', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const needed = compose.services[other]!
      expect(condition).toBe(isTask(needed) ? 'service_completed_successfully' : 'service_healthy')
      if (!service.profiles) expect(needed.profiles, `${other} is in no profile`).toBeUndefined()
    }
  })
})

describe('images', () => {
  it('are pinned in one place', () => {
    const pinned = Object.values(compose['x-images'])
    for (const image of pinned) expect(image).toMatch(/^[a-z0-9./-]+:v?\d+[a-z0-9.-]*$/)
    for (const image of pinned.filter(one => !one.startsWith('node:')))
      expect(image).toMatch(/:v?\d+\.\d+\.\d+/)
    const text = readProjectFile('docker-compose.yml')
    for (const image of pinned) expect(text.split(image), `${image} stands once`).toHaveLength(2)
    for (const [, service] of services)
      if (!service.image.startsWith('deye-hard/')) expect(pinned).toContain(service.image)
    for (const [, service] of added) expect(service.image).toMatch(/:\d+\.\d+\.\d+$/)
  })

  it('of ours are built on that base, from one Dockerfile that names no version of it', () => {
    const built = services.flatMap(([, { build, image }]) => (build ? [{ build, image }] : []))
    const targets = readProjectFile('deploy/Dockerfile').match(/(?<= AS )\w+$/gm)
    for (const { build, image } of built) {
      expect(targets).toContain(build.target)
      expect(image).toBe(`deye-hard/${build.target}`)
      expect(build.args).toEqual({ NODE_IMAGE: compose['x-images'].node })
    }
    const used = services.map(([, { image }]) => image).filter(image => image.startsWith('deye-hard/'))
    expect(new Set(used)).toEqual(new Set(built.map(({ image }) => image)))
    expect(readProjectFile('deploy/Dockerfile').match(/^FROM .*:.*$/m)).toBeNull()
  })
})

it('the Dockerfile knows every package of the workspace: the lock file names them all', () => {
  const text = readProjectFile('deploy/Dockerfile')
  const folders = ['apps', 'packages'].flatMap(parent =>
    readdirSync(join(PROJECT_ROOT, parent)).map(name => `${parent}/${name}`),
  )
  const packages = folders.filter(folder => existsSync(join(PROJECT_ROOT, folder, 'package.json')))
  expect(packages.filter(folder => !text.includes(`COPY ${folder}/package.json ${folder}/\n`))).toEqual([])
})

describe('limits', () => {
  it('of monitoring sum to its budget, and SigNoz with its store to its share', () => {
    const sums = sum(MONITORING.map(name => compose.services[name]!))
    expect(sums.memory).toBeLessThanOrEqual(MONITORING_MEMORY_MAX)
    expect(sums.cpus).toBeLessThanOrEqual(MONITORING_CPUS_MAX)
    expect(
      sum(['signoz', 'clickhouse', 'keeper'].map(name => compose.services[name]!)).cpus,
    ).toBeLessThanOrEqual(1)
    expect(compose.services['otel-collector']).toMatchObject({ cpus: 0.5, mem_limit: '512m' })
    expect(compose.services['postgres-exporter']).toMatchObject({ cpus: 0.1, mem_limit: '100m' })
  })

  it('of the overlay for small hosts leave a quarter of 4 GB to the host', () => {
    const small = readCompose('deploy/compose.small.yml').services
    const running = services.filter(([, service]) => !isTask(service) && !service.profiles)
    const sums = sum(running.map(([name, service]) => ({ ...service, ...small[name] })))
    expect(sums.memory).toBeLessThanOrEqual(SMALL_HOST_MEMORY_MAX)
  })

  it.each([
    ['server.xml', 'docker-compose.yml'],
    ['small.xml', 'deploy/compose.small.yml'],
  ])('of ClickHouse in %s stay below those of its container', (settings, file) => {
    const text = readProjectFile(`signoz/clickhouse/${settings}`)
    const server = Number(/<max_server_memory_usage>(\d+)</.exec(text)![1])
    expect(server).toBeLessThanOrEqual(0.85 * memoryBytes(readCompose(file).services.clickhouse!.mem_limit!))
  })
})

function sum(limited: Pick<Service, 'cpus' | 'mem_limit'>[]): { cpus: number; memory: number } {
  return {
    cpus: Number(limited.reduce((total, { cpus }) => total + cpus!, 0).toFixed(2)),
    memory: limited.reduce((total, { mem_limit }) => total + memoryBytes(mem_limit!), 0),
  }
}

function published(variable: string, address: string, port: number): string {
  return `\${${variable}:-${address}}:${port}`
}
