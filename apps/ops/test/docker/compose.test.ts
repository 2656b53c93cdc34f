// `npm run test:compose`: our images are built and the whole stack runs under docker compose; needs docker and the images, so by hand.
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTask, memoryBytes, OVERLAYS, readCompose } from '../compose/compose-files.ts'
import { ComposeStack, type Container, run, whyNoDocker } from './compose-stack.ts'

const STACK_LIMIT_MS = 1_200_000
const SIGNAL_LIMIT_MS = 150_000
/** `provision` holds back rules that mail without data until SigNoz sees some: four minutes on a fresh installation. */
const SETTLED_LIMIT_MS = 600_000
const DIAL_LIMIT_MS = 2_000
const CONFIG_EXIT_CODE = 78
const NODE = readCompose()['x-images'].node!

const reason = await whyNoDocker()
if (reason !== null) process.stderr.write(`Tests of docker compose are skipped: ${reason}.\n`)

describe.skipIf(reason !== null)('docker compose', () => {
  const stack = new ComposeStack()
  let containers: Container[] = []
  const running = () => containers.filter(({ state }) => state === 'running')
  const addressOf = (service: string) => containers.find(one => one.service === service)!.addresses[0]!

  beforeAll(async () => {
    await stack.must(['--profile', 'demo', 'build'])
    await stack.must(['--profile', 'demo', 'up', '--detach'])
    containers = await waitUntil(async () => settled(await stack.containers()), {
      timeoutMs: SETTLED_LIMIT_MS,
      what: 'every container to be healthy or to have ended',
    })
  }, STACK_LIMIT_MS)
  afterAll(() => stack.remove(), STACK_LIMIT_MS)

  it.each([['alone', []], ...OVERLAYS.map(overlay => [overlay, ['--file', overlay]] as [string, string[]])])(
    'is valid: %s',
    async (_name, overlay) => {
      const files = ['--file', 'docker-compose.yml', ...overlay]
      const profiles = ['--profile', 'demo', '--profile', 'tools']
      expect(await stack.compose([...files, ...profiles, 'config', '--quiet'])).toEqual({
        code: 0,
        output: '',
      })
    },
  )

  it('ends with every service healthy and every task done', () => {
    const { services } = readCompose()
    const expected = Object.entries(services).filter(([, { profiles = [] }]) => !profiles.includes('tools'))
    const found = containers.map(({ service, state, exitCode, health }) => [
      service,
      state === 'exited' ? `exited ${exitCode}` : health,
    ])
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(expected.map(([name, one]) => [name, isTask(one) ? 'exited 0' : 'healthy'])),
    )
  })

  it('runs without root, capabilities, new privileges and a writable root', async () => {
    for (const { service, isReadOnly } of running()) {
      const { output } = await stack.exec(service, ['sh', '-c', 'id -u; cat /proc/1/status; touch /written'])
      expect(isReadOnly, service).toBe(true)
      expect(output, service).toMatch(/^[1-9]\d*\n/)
      expect(output, service).toMatch(/^CapEff:\s+0+$/m)
      expect(output, service).toMatch(/^NoNewPrivs:\s+1$/m)
      expect(output, service).toContain('Read-only file system')
    }
  })

  it('has its limits in the kernel, and stays below them', async () => {
    const { services } = readCompose()
    for (const { service, memoryBytes: memory, nanoCpus } of containers) {
      expect(memory, service).toBe(memoryBytes(services[service]!.mem_limit!))
      expect(nanoCpus, service).toBe(services[service]!.cpus! * 1e9)
    }
    const ids = running().map(({ id }) => id)
    const stats = await run(['stats', '--no-stream', '--format', '{{.Name}} {{.MemPerc}}', ...ids])
    for (const line of stats.output.trim().split('\n'))
      expect(Number.parseFloat(line.split(' ')[1]!), line).toBeLessThan(90)
  })

  it('turns frames into rows', async () => {
    const rows = () => stack.sql('solar_api', 'api', 'SELECT count(*) FROM measurement')
    const before = Number((await rows()).output)
    await waitUntil(async () => Number((await rows()).output) > before, {
      timeoutMs: SIGNAL_LIMIT_MS,
      what: 'one more row',
    })
  })

  it('brings metrics, traces and logs to ClickHouse, by the names that rules and panels ask for', async () => {
    const up = `SELECT JSONExtractString(t.labels, 'service.name') AS service, argMax(value, unix_milli)
      FROM signoz_metrics.distributed_samples_v4 AS s JOIN signoz_metrics.time_series_v4 AS t USING fingerprint
      WHERE s.metric_name = 'up' AND JSONExtractString(t.labels, 'deployment.environment') = 'test' GROUP BY service ORDER BY service`
    const allUp = 'otel-collector\t1\npostgres-exporter\t1\nsolar-api\t1\nsolar-collector\t1'
    await waitUntil(async () => (await stack.clickhouse(up)) === allUp, {
      timeoutMs: SIGNAL_LIMIT_MS,
      what: 'four targets up',
    })
    for (const metric of [
      'solar.frames.received',
      'pg_up',
      'system.filesystem.utilization',
      'signoz_calls_total',
    ])
      await waitUntil(() => has(`signoz_metrics.time_series_v4 WHERE metric_name = '${metric}'`), {
        timeoutMs: SIGNAL_LIMIT_MS,
        what: metric,
      })
    for (const service of ['solar-api', 'solar-collector']) {
      expect(await has(`signoz_traces.distributed_signoz_index_v3 WHERE serviceName = '${service}'`)).toBe(
        true,
      )
      expect(
        await has(`signoz_logs.distributed_logs_v2 WHERE resources_string['service.name'] = '${service}'`),
      ).toBe(true)
    }
  })

  const has = async (rows: string) => Number(await stack.clickhouse(`SELECT count() FROM ${rows}`)) > 0

  it('is provisioned: a second look finds nothing to change', async () => {
    const { code, output } = await stack.compose(['run', '--rm', 'provision', 'provision', '--plan'])
    expect(output).toContain('Nothing was changed.')
    expect(code).toBe(0)
  })

  it(
    'brings a mail from a rule that fires',
    async () => {
      const { code, output } = await stack.compose(['run', '--rm', 'ops', 'alert-test'])
      expect(code, output).toBe(0)
      const subject = /run-[0-9a-f]+/.exec(output)![0]
      await waitUntil(async () => (await stack.must(['logs', 'mail-catcher'])).includes(subject), {
        timeoutMs: SIGNAL_LIMIT_MS,
        what: 'the mail of the test rule',
      })
    },
    STACK_LIMIT_MS,
  )

  it('keeps a stranger from everything that is not published', async () => {
    const targets = [
      ['timescaledb', 5432],
      ['otel-collector', 4317],
      ['otel-collector', 4318],
      ['clickhouse', 9000],
      ['clickhouse', 8123],
      ['keeper', 9181],
      ['postgres-exporter', 9187],
    ] as const
    for (const [service, port] of targets) {
      expect(await dial(['run', '--rm', NODE], addressOf(service), port), `${service}:${port}`).toBe(false)
    }
    // The same dial from inside: else a port that nobody listens on would pass.
    const inside = ['run', '--rm', '--network', `${stack.project}_database`, NODE]
    expect(await dial(inside, 'timescaledb', 5432)).toBe(true)
    expect(
      await dial(['run', '--rm', '--network', `${stack.project}_telemetry`, NODE], 'otel-collector', 4317),
    ).toBe(true)
  })

  it('keeps the collector from the database and from ClickHouse', async () => {
    const collector = ['exec', containers.find(({ service }) => service === 'collector')!.id]
    expect(await dial(collector, addressOf('timescaledb'), 5432)).toBe(false)
    expect(await dial(collector, 'timescaledb', 5432)).toBe(false)
    expect(await dial(collector, addressOf('clickhouse'), 9000)).toBe(false)
    expect(await dial(collector, 'otel-collector', 4317)).toBe(true)
  })

  it('gives each role of the database what it needs and no more', async () => {
    const denied = [
      ['solar_api', 'api', 'CREATE TABLE stranger (id int)', 'permission denied'],
      ['solar_api', 'api', 'DROP TABLE measurement', 'must be owner'],
      ['solar_api', 'api', 'DELETE FROM schema_migration', 'permission denied'],
      ['otel_monitor', 'monitor', 'SELECT count(*) FROM measurement', 'permission denied'],
      ['solar_backup', 'backup', 'DELETE FROM measurement', 'read-only transaction'],
    ] as const
    for (const [role, secret, statement, said] of denied)
      expect((await stack.sql(role, secret, statement)).output).toContain(said)
    const dump =
      'PGPASSWORD=$(cat /run/database-secrets/backup_password) pg_dump -h 127.0.0.1 -U solar_backup -Fc solar | pg_restore --list'
    expect((await stack.exec('timescaledb', ['sh', '-c', dump])).output).toContain('TABLE public measurement')
    expect(
      (await stack.sql('otel_monitor', 'monitor', 'SELECT count(*) > 0 FROM monitoring.jobs')).output,
    ).toBe('t\n')
    expect(
      (await stack.sql('postgres', 'postgres', 'SELECT count(*) > 0 FROM pg_stat_statements')).output,
    ).toBe('t\n')
  })

  it('refuses values from examples, by name and without showing them', async () => {
    const bad = {
      SIGNOZ_PASSWORD: 'Changeme-2026',
      ALERT_EMAIL_TO: 'you@example.org',
      SMTP_HOST: 'smtp.example.org',
    }
    const { code, output } = await stack.compose(['run', '--rm', 'prepare'], bad)
    expect(code).toBe(CONFIG_EXIT_CODE)
    for (const [name, value] of Object.entries(bad)) {
      expect(output).toContain(`${name}: `)
      expect(output).not.toContain(value)
    }
    const empty = await stack.compose(['config', '--quiet'], { SIGNOZ_PASSWORD: '' })
    expect(empty.code).not.toBe(0)
    expect(empty.output).toContain('write in .env a password for SigNoz')
  })

  it(
    'serves the API over TLS behind the proxy, and no longer without',
    async () => {
      const files = ['--file', 'docker-compose.yml', '--file', 'deploy/compose.tls.yml']
      await stack.must([...files, 'up', '--detach', '--wait', 'caddy'])
      const port = (await stack.must([...files, 'port', 'caddy', '8443'])).trim().split(':').at(-1)
      const ask = `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; fetch('https://localhost:${port}/health/ready').then(a => console.log(a.status))`
      expect((await run(['run', '--rm', '--network', 'host', NODE, 'node', '-e', ask])).output).toContain(
        '200',
      )
      const published = await stack.compose([...files, 'port', 'api', '3000'])
      expect(published.output).not.toMatch(/127\.0\.0\.1:[1-9]/)
      await stack.must([...files, 'rm', '--stop', '--force', 'caddy'])
    },
    STACK_LIMIT_MS,
  )

  it(
    'ends at a signal, with grace',
    async () => {
      await stack.must(['--profile', 'demo', 'stop', 'simulator', 'collector', 'api', 'mail-catcher'])
      const stopped = (await stack.containers()).filter(
        ({ image, state }) => image.startsWith('deye-hard/') && state === 'exited',
      )
      expect(
        stopped.map(({ service, exitCode }) => [service, exitCode]).filter(([, code]) => code !== 0),
      ).toEqual([])
      expect(stopped.map(({ service }) => service)).toEqual(
        expect.arrayContaining(['api', 'collector', 'simulator']),
      )
    },
    STACK_LIMIT_MS,
  )
})

/** Null while something starts. */
function settled(containers: Container[]): Container[] | null {
  const isSettled = ({ state, health }: Container) =>
    state === 'running' ? health === 'healthy' : state === 'exited'
  return containers.every(isSettled) ? containers : null
}

/** Whether a TCP connection opens, asked by Node in a container that `docker` with these arguments gives. */
async function dial(container: string[], host: string, port: number): Promise<boolean> {
  const program = `const s = require('net').connect(${port}, '${host}', () => process.exit(0));
    s.on('error', () => process.exit(1)); setTimeout(() => process.exit(1), ${DIAL_LIMIT_MS})`
  return (await run([...container, 'node', '-e', program])).code === 0
}
