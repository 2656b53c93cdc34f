// Bundles the front end once and again when a source of it changed; the result lies in web/dist, which git ignores.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Of the package, also when this file runs from `dist`. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
const WEB = join(PACKAGE, 'web')
/** Parts of the front end that the server shares. */
const SHARED = join(PACKAGE, 'src/pages/drawing')
const OUTPUT = join(WEB, 'dist')
const TARGET = 'es2023'
const KEPT_MS = 3_600_000
const TITLE = 'Lens'

export interface Asset {
  type: string
  bytes: Buffer
}
/** `index.html`, and the others by their names, which change with their content. */
export type Bundle = ReadonlyMap<string, Asset>

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Rejects with the message of esbuild when the sources are wrong. `output` is for tests. */
export async function bundleWeb(output: string = OUTPUT): Promise<Bundle> {
  const key = await sourcesKey()
  const folder = join(output, key)
  if (!existsSync(join(folder, 'index.html'))) await build(output, folder)
  return readBundle(folder)
}

async function build(output: string, folder: string): Promise<void> {
  // Loaded only when something is to be built: a warm start does without.
  const esbuild = await import('esbuild')
  const temporary = `${folder}.${randomUUID()}`
  const { metafile } = await esbuild.build({
    entryPoints: [join(WEB, 'main.tsx')],
    outdir: temporary,
    absWorkingDir: PACKAGE,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: TARGET,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    logLevel: 'silent',
  })
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined)
  const style = entry?.[1].cssBundle
  await mkdir(temporary, { recursive: true })
  const later = (entry?.[1].imports ?? []).filter(({ kind }) => kind === 'dynamic-import')
  const names = { script: basename(entry?.[0] ?? ''), style: basename(style ?? '') }
  await writeFile(
    join(temporary, 'index.html'),
    indexPage({ ...names, later: later.map(({ path }) => basename(path)) }),
  )
  await put(temporary, folder)
  await dropOthers(output, folder)
}

/** Two may build the same at once; the second finds it done. */
async function put(temporary: string, folder: string): Promise<void> {
  try {
    await rename(temporary, folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    if (!existsSync(join(folder, 'index.html'))) throw error
  }
}

/** Results of older sources, but none that another process may be reading. */
async function dropOthers(output: string, kept: string): Promise<void> {
  for (const name of await readdir(output)) {
    const folder = join(output, name)
    // What another process was building may have its final name by now.
    const changedMs = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    )
    if (folder === kept || Date.now() - changedMs < KEPT_MS) continue
    await rm(folder, { recursive: true, force: true })
  }
}

async function readBundle(folder: string): Promise<Bundle> {
  const names = await readdir(folder)
  const assets = names.map(async (name): Promise<[string, Asset]> => {
    const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    return [name, { type, bytes: await readFile(join(folder, name)) }]
  })
  return new Map(await Promise.all(assets))
}

/** Of names, times and sizes: reading every source at each start would cost more than it tells. */
async function sourcesKey(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(PACKAGE, 'package.json')))
  for (const folder of [WEB, SHARED]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter(entry => entry.isFile() && !entry.parentPath.startsWith(OUTPUT))
      .map(entry => join(entry.parentPath, entry.name))
    for (const path of paths.sort()) {
      const { mtimeMs, size } = await stat(path)
      hash.update(`${path} ${mtimeMs} ${size}\n`)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

/** Charts are loaded beside the rest, not after it. */
function indexPage({
  script,
  style,
  later,
}: {
  script: string
  style: string
  later: readonly string[]
}): string {
  const preloads = later.map(name => `\n<link rel="modulepreload" href="/assets/${name}">`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${TITLE}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${style}">
<script type="module" src="/assets/${script}"></script>${preloads.join('')}
</head>
<body><div id="app"></div><noscript>The pages of Lens need JavaScript.</noscript></body>
</html>
`
}
