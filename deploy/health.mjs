// Health check of our images: asks the address given and ends with 0 when the answer is 2xx.
const TIMEOUT_MS = 3_000

try {
  const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.text()).slice(0, 500)}`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
