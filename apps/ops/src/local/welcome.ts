// What stands on the screen once everything runs: where it is, how to log in, how to point a real logger at it.
import { networkInterfaces } from 'node:os'
import { DEFAULT_DATA_DIR } from '../project.ts'
import { faultText } from './faults.ts'
import { ADMIN_EMAIL, DEMO_EMAIL } from './fleet.ts'
import type { DataLayout } from './layout.ts'
import type { LocalOptions } from './options.ts'
import type { Stack } from './stack.ts'

export interface Ready {
  stack: Stack
  options: LocalOptions
  layout: DataLayout
  secondsToReady: number
}

export function welcomeText({ stack, options, layout, secondsToReady }: Ready): string {
  const addresses = lanAddresses()
  const rows = [
    ['Lens', lensText(stack, options)],
    ['API', `${stack.apiUrl}   documentation ${stack.apiUrl}/api/docs`],
    ['Collector', `port ${stack.collectorPort} for loggers   status ${stack.statusUrl}`],
    ['PostgreSQL', `127.0.0.1:${stack.database?.port}   try: ${forThisFolder(layout)}npm run ops -- ledger`],
    ['Metrics', Object.values(stack.metricsUrls).join('   ')],
    ['Telemetry', options.otlp ?? (options.lens ? 'to lens; elsewhere with --otlp http://host:4317' : 'off')],
    ['Simulator', options.simulator ? `${options.loggers} loggers, speed ${options.speed}` : 'off'],
    ...stack.faults.planned.map(fault => ['Fault', faultText(fault, stack.lensUrl)]),
    ['Data', layout.root],
    ['Logs', layout.logs],
    ['Log in as', `${DEMO_EMAIL}, ${ADMIN_EMAIL} or user001@example.org … user100@example.org`],
    ['Password', `${stack.demoPassword}   (all of them, also in ${layout.demoPasswordFile})`],
  ]
  const lines = rows.map(([name, value]) => `  ${name!.padEnd(11)} ${value}`)
  return `
Ready in ${secondsToReady.toFixed(1)} s.

${lines.join('\n')}

  Log in:
    ${loginExample(stack)}

  A real logger: open http://LOGGER-ADDRESS/config_hide.html, set "Server B" to
    ${addresses.length > 0 ? addresses.map(address => `${address} port ${stack.collectorPort}`).join('  or  ') : `this machine's address, port ${stack.collectorPort}`}, TCP, and tell whose it is:
    ${forThisFolder(layout)}npm run ops -- inverter add --help

  Ctrl-C stops everything and keeps the data.
`
}

export function readyEvent({ stack, options, layout, secondsToReady }: Ready): Record<string, unknown> {
  return {
    event: 'ready',
    seconds_to_ready: secondsToReady,
    api_url: stack.apiUrl,
    collector: { addresses: ['127.0.0.1', ...lanAddresses()], port: stack.collectorPort },
    collector_status_url: stack.statusUrl,
    metrics_urls: stack.metricsUrls,
    otlp: options.otlp,
    lens_url: stack.lensUrl,
    database_port: stack.database?.port,
    data_dir: layout.root,
    logs_dir: layout.logs,
    demo_email: DEMO_EMAIL,
    demo_password_file: layout.demoPasswordFile,
    loggers: options.simulator ? options.loggers : 0,
    faults: stack.faults.planned,
  }
}

function lensText({ lensUrl }: Stack, options: LocalOptions): string {
  if (lensUrl !== null) return `${lensUrl}   dashboards, traces, logs, alerts and mails of this machine`
  return options.lens ? 'did not start, see above' : 'off'
}

/** The other commands look into the usual folder unless they are told. */
function forThisFolder({ root }: DataLayout): string {
  return root === DEFAULT_DATA_DIR ? '' : `LOCAL_DATA_DIR='${root}' `
}

function loginExample(stack: Stack): string {
  const body = JSON.stringify({ email: DEMO_EMAIL, password: stack.demoPassword })
  return `curl -s ${stack.apiUrl}/api/auth/login -H 'content-type: application/json' -d '${body}'`
}

/** IPv4 only: the loggers know nothing else. */
function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(address => address.family === 'IPv4' && !address.internal)
    .map(address => address.address)
}
