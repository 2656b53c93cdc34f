// Brings Node 24, pnpm and the dependencies to a fresh clone, then runs one of the project's commands on them.
// Plain JavaScript without dependencies: it is the only file that runs on whatever Node the machine has. It names no export that
// Node 14 lacks and awaits nothing at its top, so that an old Node gets as far as the sentence about its age.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE_MAJOR = 20
const NODE_VERSION = '24.21.0'
const NODE_MAJOR = 24
const PNPM_VERSION = '12.21.0'
const INSTALL_FREE_SPACE_MB = 2_200
const PARENT_CHECK_MS = 500

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const toolchain = join(root, '.toolchain')
const stamp = join(root, 'node_modules', '.deye-hard-installed')
const source = ['--conditions=source', '--disable-warning=ExperimentalWarning']

const commands = {
  start: args => runNode('apps/ops/src/main.ts', ['local', ...args]),
  ops: args => runNode('apps/ops/src/main.ts', args),
  simulator: args => runNode('apps/simulator/src/main.ts', args),
  test: test,
  bench: bench,
  docs: docs,
  run: ([tool, ...args]) => runTool(tool, args),
}

main(process.argv[2], process.argv.slice(3))

async function main(name, args) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE_MAJOR) {
    fail(
      `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE_MAJOR} or newer (nodejs.org), the project brings Node ${NODE_MAJOR} itself.`,
    )
  }
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : null
  if (!command)
    fail(`Unknown command ${JSON.stringify(name ?? '')}: use one of ${Object.keys(commands).join(', ')}.`)
  install()
  process.exit(await command(args))
}

function install() {
  const wanted = createHash('sha256')
    .update(fs.readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(NODE_VERSION)
    .digest('hex')
  const isInstalled = fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted
  if (isInstalled && fs.existsSync(nodeBinary())) return
  checkFreeSpace()
  bringToolchain()
  say(`Installing dependencies (pnpm ${PNPM_VERSION}) …`)
  const started = Date.now()
  const pnpm = join(toolchain, 'node_modules', '.bin', 'pnpm')
  const result = spawnSync(
    pnpm,
    ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
    { cwd: root, env: environment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  if (result.status !== 0)
    fail(
      `The dependencies could not be installed (needs the npm registry and write access to ${root}). pnpm said:\n${tail(result)}`,
    )
  fs.writeFileSync(stamp, wanted)
  say(`Dependencies installed in ${seconds(started)}.`)
}

function bringToolchain() {
  const packages = [`pnpm@${PNPM_VERSION}`, ...(ownNodeFits() ? [] : [`node@${NODE_VERSION}`])]
  const recorded = join(toolchain, 'packages')
  // More than is wanted is enough: who has Node 24 today may run in a clone that Node 20 has filled, even on its very binary.
  const present = fs.existsSync(recorded) ? fs.readFileSync(recorded, 'utf8').split(' ') : []
  if (packages.every(name => present.includes(name))) return
  say(`Fetching ${packages.join(' and ')} (once, into .toolchain) …`)
  const started = Date.now()
  const fresh = `${toolchain}-${process.pid}`
  fs.rmSync(fresh, { recursive: true, force: true })
  fs.mkdirSync(fresh, { recursive: true })
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const result = spawnSync(
    npm[0],
    [
      ...npm.slice(1),
      'install',
      '--prefix',
      fresh,
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      '--loglevel=error',
      ...packages,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  if (result.status !== 0)
    fail(
      `npm could not fetch ${packages.join(' and ')} (needs the npm registry and write access to ${root}). npm said:\n${tail(result)}`,
    )
  // npm versions that hold back install scripts leave the node package without its binary.
  if (!ownNodeFits() && !fs.existsSync(join(fresh, 'node_modules/node/bin/node'))) {
    spawnSync(process.execPath, ['installArchSpecificPackage.js'], {
      cwd: join(fresh, 'node_modules/node'),
      stdio: 'ignore',
    })
  }
  fs.writeFileSync(join(fresh, 'packages'), packages.join(' '))
  fs.rmSync(toolchain, { recursive: true, force: true })
  fs.renameSync(fresh, toolchain)
  say(`Toolchain ready in ${seconds(started)}.`)
}

async function test(args) {
  if (args.length > 0) return runTool('vitest', ['run', ...args])
  const failed = []
  for (const [title, tool, ...rest] of [
    ['Lint and format', 'biome', 'check', '.'],
    ['Types', 'tsc', '-b'],
    ['Tests', 'vitest', 'run', '--project', 'unit', '--project', 'stack'],
  ]) {
    say(`${title} …`)
    if ((await runTool(tool, rest)) !== 0) failed.push(title)
  }
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}.\n`)
  return failed.length === 0 ? 0 : 1
}

async function bench(args) {
  const known = JSON.parse(fs.readFileSync(join(root, 'bench/benchmarks.json'), 'utf8'))
  const wanted = args.length > 0 ? args : Object.keys(known)
  for (const name of wanted) {
    if (!Object.hasOwn(known, name))
      fail(`Unknown benchmark ${JSON.stringify(name)}: use ${Object.keys(known).join(', ')}.`)
    say(`${name}: ${known[name]}`)
    const code = await runNode(known[name], [])
    if (code !== 0) return code
  }
  return 0
}

/** Documents that are written from the sources; a test of each holds it against them. */
async function docs() {
  for (const file of [
    'packages/telemetry-schema/src/write-document.ts',
    'packages/testkit/test/structure/configuration-document.ts',
    'apps/ops/src/documents/write-coverage.ts',
    'apps/ops/src/documents/write-proof.ts',
  ]) {
    const code = await runNode(file, [])
    if (code !== 0) return code
  }
  return 0
}

function runNode(file, args) {
  return run(nodeBinary(), [...source, join(root, file), ...args])
}

function runTool(tool, args) {
  const binary = join(root, 'node_modules', '.bin', tool ?? '')
  if (!tool || !fs.existsSync(binary))
    fail(`There is no tool ${JSON.stringify(tool ?? '')} in node_modules/.bin.`)
  return run(binary, args)
}

/** Signals are passed on; Ctrl-C reaches the child twice then, which it takes as one. */
function run(file, args) {
  return new Promise(done => {
    const child = spawn(file, args, {
      cwd: process.env.INIT_CWD && file === nodeBinary() ? process.env.INIT_CWD : root,
      env: environment(),
      stdio: 'inherit',
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    stopWithParent(() => child.kill('SIGTERM'))
    child.on('error', error => fail(`${file} could not be started: ${error.message}`))
    child.on('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}

/** npm answers a SIGTERM by killing its shell only: without this the command would run on as an orphan. */
function stopWithParent(stop) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, PARENT_CHECK_MS)
  timer.unref()
}

function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !name.startsWith('npm_') || name === 'npm_config_registry' || name === 'npm_config_userconfig',
  )
  const path = [dirname(nodeBinary()), join(toolchain, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  )
  return { ...Object.fromEntries(kept), PATH: path }
}

function ownNodeFits() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major === NODE_MAJOR && minor >= 11
}

function nodeBinary() {
  return ownNodeFits() ? process.execPath : join(toolchain, 'node_modules', 'node', 'bin', 'node')
}

function checkFreeSpace() {
  const { bavail, bsize } = fs.statfsSync(root)
  const freeMb = Math.floor((bavail * bsize) / 1e6)
  if (freeMb < INSTALL_FREE_SPACE_MB)
    fail(
      `Only ${freeMb} MB are free under ${root}, the installation needs ${INSTALL_FREE_SPACE_MB} MB: free some space or clone to another disk.`,
    )
}

function tail({ stdout, stderr, error }) {
  return error ? error.message : `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n')
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}

function say(text) {
  process.stderr.write(`▸ ${text}\n`)
}

function fail(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
