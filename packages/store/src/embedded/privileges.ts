// Decides as whom the programs of PostgreSQL run: it refuses root, so root drops to an ordinary user that exists anyway.
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedServerError } from './errors.ts'

const UNPRIVILEGED_USERS = ['postgres', 'nobody']
const OVERFLOW_ID = 65_534

export interface RunAs {
  /** Put before program and arguments; empty when the program can be started directly. */
  prefix: string[]
  /** For `spawn`, where no `setpriv` does it. */
  spawnIds: { uid?: number; gid?: number }
  /** Who must own the data folder; null when it is the current user. */
  owner: { uid: number; gid: number } | null
}

interface Account {
  name: string
  uid: number
  gid: number
}

/**
 * The data folder's parent must exist. A clone made as root in a folder with mode 0700 cannot be entered by an ordinary user: then the
 * server keeps one capability that lets it pass (docker's bounding set lacks CAP_DAC_READ_SEARCH but has CAP_DAC_OVERRIDE).
 */
export function chooseRunAs(binaries: Binaries, dataDir: string): RunAs {
  const endWithParent = setprivOptions(['--pdeathsig', 'INT'])
  if (process.getuid?.() !== 0) return { prefix: endWithParent, spawnIds: {}, owner: null }
  const account = chooseAccount(dataDir)
  const owner = { uid: account.uid, gid: account.gid }
  if (endWithParent.length === 0) {
    const direct = { prefix: [], spawnIds: owner, owner }
    if (canRun(direct, binaries, dataDir)) return direct
    throw unreachable(account, binaries, dataDir)
  }
  const drop = [...endWithParent, `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  for (const capability of [null, 'dac_read_search', 'dac_override']) {
    const keep = capability ? keepCapability(capability) : []
    const candidate = { prefix: [...drop, ...keep], spawnIds: {}, owner }
    if (canRun(candidate, binaries, dataDir)) return candidate
  }
  throw unreachable(account, binaries, dataDir)
}

/** initdb and postgres ask access(2) for their own path, which leaves capabilities out unless no_setuid_fixup is set. */
function keepCapability(capability: string): string[] {
  return [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`, '--securebits=+no_setuid_fixup']
}

/** Empty where util-linux's setpriv is missing (macOS, Alpine): the server then outlives a killed parent until the next start. */
function setprivOptions(options: string[]): string[] {
  if (process.platform !== 'linux') return []
  const probe = spawnSync('setpriv', [...options, 'true'], { stdio: 'ignore' })
  return probe.status === 0 ? ['setpriv', ...options] : []
}

/** An existing data folder keeps its owner, whoever started it first. */
function chooseAccount(dataDir: string): Account {
  const accounts = readAccounts()
  const owner = statSync(dataDir, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) {
    const known = accounts.find(account => account.uid === owner.uid)
    return known ?? { name: String(owner.uid), uid: owner.uid, gid: owner.gid }
  }
  for (const name of UNPRIVILEGED_USERS) {
    const account = accounts.find(candidate => candidate.name === name)
    if (account && account.uid !== 0) return account
  }
  return { name: String(OVERFLOW_ID), uid: OVERFLOW_ID, gid: OVERFLOW_ID }
}

function readAccounts(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .filter(fields => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name as string, uid: Number(uid), gid: Number(gid) }))
}

/** Tried, not derived from mode bits: access lists, mounts and capabilities have a say too. */
function canRun(runAs: RunAs, binaries: Binaries, dataDir: string): boolean {
  const script = 'cat "$1" >/dev/null && "$2" --version >/dev/null && cd "$3"'
  const files = [join(binaries.native, 'share/postgresql/postgres.bki'), binaries.postgres, dirname(dataDir)]
  const [program, ...args] = [...runAs.prefix, 'sh', '-c', script, 'sh', ...files] as [string, ...string[]]
  return spawnSync(program, args, { cwd: '/', stdio: 'ignore', ...runAs.spawnIds }).status === 0
}

function unreachable(account: Account, binaries: Binaries, dataDir: string): EmbeddedServerError {
  const closed = [binaries.native, dirname(dataDir)].map(findClosedFolder).find(folder => folder !== null)
  const folder = closed ?? dirname(dataDir)
  return new EmbeddedServerError('unreachable_folder', { user: account.name, folder })
}

/** The outermost ancestor that others may not enter. */
function findClosedFolder(path: string): string | null {
  const parent = dirname(path)
  const above = parent === path ? null : findClosedFolder(parent)
  if (above) return above
  return (statSync(path).mode & 0o001) === 0 ? path : null
}
