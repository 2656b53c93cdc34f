// The yardstick: Fastify and pg with the same SELECT and nothing else, as its own process.
import Fastify from 'fastify'
import pg from 'pg'

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL!,
  max: Number(process.env.DATABASE_POOL_MAX),
})
const app = Fastify()

app.get<{ Querystring: Record<'inverter_id' | 'from' | 'to' | 'fields' | 'limit', string> }>(
  '/api/measurements',
  async ({ query }) => {
    const { rows } = await pool.query(
      `SELECT time, dedupe_key AS key, received_at, buffered, time_quality, ${query.fields}
       FROM measurement WHERE inverter_id = $1 AND time >= $2 AND time < $3 ORDER BY time, dedupe_key LIMIT $4`,
      [query.inverter_id, query.from, query.to, query.limit],
    )
    return rows
  },
)

const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${JSON.stringify({ message: 'listening', port: Number(new URL(address).port) })}\n`)
