// Looks before anything is touched: Node, data folder, a second instance, disk space, ports. Changes nothing.
import { accessSync, constants, existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OpsError } from '../errors.ts'
import { checkDataFolder } from './data-folder.ts'
import { checkSingleInstance, findOrphans, type Orphan } from './instance.ts'
import type { DataLayout } from './layout.ts'
import { probePort } from './listeners.ts'
import type { LocalOptions } from './options.ts'

const NODE_MAJOR = 24
const LOOPBACK = '127.0.0.1'
const ANY_ADDRESS = '0.0.0.0'
const MEBIBYTE = 1024 ** 2

/** Throws an OpsError with one sentence; answers what a killed `npm start` left running. */
export async function preflight(options: LocalOptions, layout: DataLayout): Promise<Orphan[]> {
  checkNode(process.versions.node)
  checkDataFolder({ layout, fresh: options.fresh, uid: process.geteuid?.() })
  checkSingleInstance(layout)
  checkReportFolder(options.reportFile)
  await checkFreeSpace(layout.root, options.minFreeSpaceBytes)
  const orphans = findOrphans(layout)
  for (const wanted of wantedPorts(options)) await checkPort(wanted, orphans)
  return orphans
}

export function checkNode(version: string): void {
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return
  throw new OpsError(
    'OPS_CONFIGURATION',
    `This is Node ${version}, the project runs on Node ${NODE_MAJOR} or newer: start it with \`npm start\`, which brings its own.`,
  )
}

/** Before the run and not after it: the outcome of a minute or an hour would be lost. */
function checkReportFolder(file: string | null): void {
  if (file === null) return
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new OpsError(
      'OPS_USAGE',
      `The report cannot be written into ${dirname(file)} (${(error as NodeJS.ErrnoException).code}): name a file in a folder that exists and is yours with --report.`,
      { cause: error },
    )
  }
}

export async function checkFreeSpace(folder: string, minFreeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(nearestExisting(folder))
  const freeBytes = bavail * bsize
  if (freeBytes >= minFreeBytes) return
  throw new OpsError(
    'OPS_CONFIGURATION',
    `Only ${mebibytes(freeBytes)} MiB are free on the disk of ${folder}, ${mebibytes(minFreeBytes)} MiB are needed: free some space, choose another disk with --data-dir, or lower --min-free-space.`,
  )
}

interface WantedPort {
  host: string
  port: number
  option: string
  purpose: string
}

/** The hosts are those that the services will bind, as far as the environment says. */
function wantedPorts(options: LocalOptions): WantedPort[] {
  const collectorHost = process.env.COLLECTOR_HOST || ANY_ADDRESS
  const collectorHttpHost = process.env.COLLECTOR_HTTP_HOST || LOOPBACK
  const apiHost = process.env.API_HOST || LOOPBACK
  const apiMetricsHost = process.env.API_METRICS_HOST || LOOPBACK
  return [
    { host: collectorHost, port: options.portCollector, option: '--port-collector', purpose: 'data loggers' },
    {
      host: collectorHttpHost,
      port: options.portCollectorHttp,
      option: '--port-collector-http',
      purpose: 'the collector’s status',
    },
    { host: apiHost, port: options.portApi, option: '--port-api', purpose: 'the API' },
    {
      host: apiMetricsHost,
      port: options.portApiMetrics,
      option: '--port-api-metrics',
      purpose: 'the metrics of the API',
    },
    { host: LOOPBACK, port: options.portDatabase, option: '--port-database', purpose: 'PostgreSQL' },
    ...(options.lens
      ? [{ host: LOOPBACK, port: options.portLens, option: '--port-lens', purpose: 'the pages of lens' }]
      : []),
  ]
}

async function checkPort({ host, port, option, purpose }: WantedPort, orphans: Orphan[]): Promise<void> {
  if (port === 0) return
  const state = await probePort(host, port)
  if (state.kind === 'free') return
  const wayOut = `choose another one with ${option} (0 takes any free one)`
  if (state.kind === 'refused')
    throw new OpsError(
      'OPS_CONFIGURATION',
      `Port ${port} on ${host} for ${purpose} cannot be opened (${state.reason}): ${wayOut}.`,
    )
  const { listener } = state
  if (listener && orphans.some(orphan => orphan.pid === listener.pid)) return
  const holder = listener ? `process ${listener.pid} (${listener.command.slice(0, 80)})` : 'another program'
  throw new OpsError(
    'OPS_REFUSED',
    `Port ${port} on ${host} for ${purpose} is in use by ${holder}: stop it, or ${wayOut}.`,
  )
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

function mebibytes(bytes: number): string {
  return Math.floor(bytes / MEBIBYTE).toLocaleString('en')
}
