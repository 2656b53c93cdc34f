// Parts 1 and 2 of the coverage: the stack under docker compose, and the way of telemetry to its store.
import type { CoverageRow, Proof } from './coverage.ts'

const COMPOSE = 'apps/ops/test/compose'
const DOCKER = 'apps/ops/test/docker/compose.test.ts'

const services = (title: string): Proof => ({ file: `${COMPOSE}/services.test.ts`, title })
const networks = (title: string): Proof => ({ file: `${COMPOSE}/networks.test.ts`, title })
const settings = (title: string): Proof => ({ file: `${COMPOSE}/settings.test.ts`, title })
const collection = (title: string): Proof => ({ file: `${COMPOSE}/collector-config.test.ts`, title })
const docker = (title: string): Proof => ({ file: DOCKER, title })
const firedByTest: Proof = {
  file: 'apps/ops/test/signoz/alert-test.test.ts',
  title: 'fires a real rule, sees its mail come, and leaves no rule',
}

const REAL_IMAGES = 'with the real images: only stand-ins under their names were to be had'

export const COMPOSE_ROWS: readonly CoverageRow[] = [
  {
    part: 1,
    asks: 'pinned versions in one place',
    files: ['docker-compose.yml'],
    proofs: [services('are pinned in one place')],
    notYet: REAL_IMAGES,
  },
  {
    part: 1,
    asks: 'health checks, start order, restart policy, log rotation',
    files: ['docker-compose.yml', 'deploy/health.mjs'],
    proofs: [
      services('restarts and says whether it is well, or is one command and its end'),
      services('starts after what it needs has come up, or has done its work'),
      services('has limits, and a log that does not grow for ever'),
      docker('ends with every service healthy and every task done'),
      { seen: 'services healthy; provision alone ended with 69, when the stand-in of ClickHouse restarted' },
    ],
  },
  {
    part: 1,
    asks: 'limits: monitoring ≤ 2.5 GB and 1.6 CPU; ClickHouse and keeper are counted',
    files: ['docker-compose.yml', 'signoz/clickhouse/server.xml', 'signoz/clickhouse/keeper.xml'],
    proofs: [
      services('of monitoring sum to its budget, and SigNoz with its store to its share'),
      docker('has its limits in the kernel, and stays below them'),
      { seen: 'docker stats with 12 loggers: each service below a quarter of its memory' },
    ],
    notYet: 'ClickHouse 25.12 under load within its 1280 MB',
  },
  {
    part: 1,
    asks: 'read-only root, non-root, no capabilities, no new privileges',
    files: ['docker-compose.yml'],
    proofs: [
      services('can do nothing beyond its work'),
      services('is not root, except for the task without a network'),
      docker('runs without root, capabilities, new privileges and a writable root'),
    ],
  },
  {
    part: 1,
    asks: 'networks split; only 8899, the API and SigNoz are published',
    files: ['docker-compose.yml'],
    proofs: [
      services('publishes what it may and nothing else'),
      networks('only who asks the database reaches it; the collector does not'),
      networks('only SigNoz and its collector reach ClickHouse and the keeper'),
      networks('nothing leads out of the networks of database, telemetry and store'),
      docker('keeps a stranger from everything that is not published'),
      docker('keeps the collector from the database and from ClickHouse'),
    ],
  },
  {
    part: 1,
    asks: 'secrets from .env or files, refused when empty or equal to an example',
    files: ['deploy/steps/prepare.sh', '.env.example'],
    proofs: [
      settings('what a person fills in is refused when it is empty'),
      networks('secrets reach the containers that use them'),
      docker('refuses values from examples, by name and without showing them'),
    ],
  },
  {
    part: 1,
    asks: 'Dockerfiles: multi-stage, small, no development dependencies, signals handled',
    files: ['deploy/Dockerfile', 'deploy/Dockerfile.dockerignore'],
    proofs: [
      services('of ours are built on that base, from one Dockerfile that names no version of it'),
      docker('ends at a signal, with grace'),
    ],
    notYet: 'two builds that give the same bytes',
  },
  {
    part: 1,
    asks: 'overlay for TLS',
    files: ['deploy/compose.tls.yml', 'deploy/Caddyfile'],
    proofs: [docker('serves the API over TLS behind the proxy, and no longer without')],
    notYet: 'a certificate of a public authority',
  },
  {
    part: 1,
    asks: 'overlay for a host with 4 GB',
    files: ['deploy/compose.small.yml', 'signoz/clickhouse/small.xml'],
    proofs: [services('of the overlay for small hosts leave a quarter of 4 GB to the host')],
    notYet: 'a day on such a host',
  },
  {
    part: 1,
    asks: 'database roles with least rights, pg_stat_statements',
    files: ['deploy/database/100_roles.sh'],
    proofs: [
      docker('gives each role of the database what it needs and no more'),
      { seen: 'solar_api may not drop measurement, otel_monitor may not read it, solar_backup dumps' },
    ],
  },
  {
    part: 1,
    asks: 'profile demo: simulator and mail catcher',
    files: ['deploy/steps/register-fleet.mjs', 'deploy/steps/mail-catcher.mjs'],
    proofs: [
      docker('turns frames into rows'),
      { seen: '89 frames of 12 loggers received, 89 rows, 0 unaccounted' },
    ],
  },
]

export const COLLECTION_ROWS: readonly CoverageRow[] = [
  {
    part: 2,
    asks: 'OTLP in; scrapes of API, collector, exporter, itself; disks of the host',
    files: ['otel/collector.yaml'],
    proofs: [
      collection('scrapes each target under the name that rules and panels ask for'),
      collection('measures disks where the compose file mounts them'),
      docker('brings metrics, traces and logs to ClickHouse, by the names that rules and panels ask for'),
      { seen: 'up in ClickHouse: 1 for three targets, 0 for the API that was stopped then' },
    ],
  },
  {
    part: 2,
    asks: 'memory limiter first, redaction, tail sampling, span metrics, batch last',
    files: ['otel/collector.yaml'],
    proofs: [
      collection('limits its memory first, batches last, and knows the environment by both names'),
      collection('redacts and counts before it samples'),
      collection('keeps errors and slow traces whatever the share of the rest'),
    ],
  },
  {
    part: 2,
    asks: 'retry and queue to ClickHouse',
    files: ['otel/collector.yaml'],
    proofs: [collection('keeps on disk and sends again what ClickHouse does not take')],
    notYet: 'ClickHouse away for minutes under this configuration',
  },
  {
    part: 2,
    asks: 'ClickHouse and keeper with TTLs of system tables',
    files: ['signoz/clickhouse/server.xml', 'signoz/clickhouse/keeper.xml', 'signoz/clickhouse/profile.xml'],
    proofs: [],
    notYet: 'a keeper and replicated tables were not to be had',
  },
  {
    part: 2,
    asks: 'mail: subject, six lines, HTML as wide as a phone',
    files: ['signoz/mail.html', 'apps/ops/src/provision/email-channel.ts'],
    proofs: [
      firedByTest,
      { seen: 'mail of `ops alert-test` 46 s after its rule, in the mail catcher of the stack' },
    ],
    notYet: 'a picture of the mail on a phone',
  },
]
