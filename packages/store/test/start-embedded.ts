// Starts an embedded server and waits to be killed; a program of its own for tests that kill the starter.
import { startEmbeddedServer } from '../src/embedded/index.ts'

const server = await startEmbeddedServer({
  dataDir: process.env.DATA_DIR ?? '',
  port: 0,
  password: process.env.PASSWORD ?? '',
  settings: { fsync: 'off' },
})
process.stdout.write(`${server.pid}\n`)
setInterval(() => {}, 60_000)
