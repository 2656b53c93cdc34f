// Sessions of people: a family of refresh tokens, each good for one use; a second use revokes the family.
import type pg from 'pg'
import type { RotateOutcome, SessionRepository } from './contract.ts'
import { type Client, inTransaction } from './database.ts'

type Rotation = Parameters<SessionRepository['rotate']>[0]

interface TokenRow {
  family_id: string
  user_id: number
  revoked_at: Date | null
  used_at: Date | null
  expires_at: Date
}

export function createSessionRepository(pool: pg.Pool): SessionRepository {
  return {
    open: session =>
      inTransaction(pool, async client => {
        await client.query('INSERT INTO session_family (family_id, user_id) VALUES ($1, $2)', [
          session.familyId,
          session.userId,
        ])
        await insertToken(client, session)
      }),

    rotate: change => inTransaction(pool, client => rotate(client, change)),

    async revokeByToken(tokenHash) {
      const { rowCount } = await pool.query(
        `UPDATE session_family SET revoked_at = coalesce(revoked_at, now())
         WHERE family_id = (SELECT family_id FROM refresh_token WHERE token_hash = $1)`,
        [tokenHash],
      )
      return { outcome: rowCount === 1 ? 'revoked' : 'unknown' }
    },

    async isFamilyActive(familyId) {
      const { rowCount } = await pool.query(
        'SELECT 1 FROM session_family WHERE family_id = $1 AND revoked_at IS NULL',
        [familyId],
      )
      return rowCount === 1
    },
  }
}

/** Token and family are locked: of two uses at the same moment the second one is a reuse. */
async function rotate(client: Client, change: Rotation): Promise<RotateOutcome> {
  const { rows } = await client.query<TokenRow>(
    `SELECT family_id, user_id, revoked_at, used_at, expires_at
     FROM refresh_token JOIN session_family USING (family_id) WHERE token_hash = $1 FOR UPDATE`,
    [change.tokenHash],
  )
  const token = rows[0]
  if (!token) return { outcome: 'unknown' }
  if (token.revoked_at) return { outcome: 'revoked' }
  const session = { userId: token.user_id, familyId: token.family_id }
  if (token.used_at) {
    await client.query('UPDATE session_family SET revoked_at = $2 WHERE family_id = $1', [
      token.family_id,
      change.now,
    ])
    return { outcome: 'reused', ...session }
  }
  if (token.expires_at <= change.now) return { outcome: 'expired' }
  await client.query('UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1', [
    change.tokenHash,
    change.now,
  ])
  await insertToken(client, {
    tokenHash: change.nextTokenHash,
    familyId: token.family_id,
    expiresAt: change.expiresAt,
  })
  return { outcome: 'rotated', ...session }
}

async function insertToken(
  client: Client,
  token: { tokenHash: Buffer; familyId: string; expiresAt: Date },
): Promise<void> {
  await client.query('INSERT INTO refresh_token (token_hash, family_id, expires_at) VALUES ($1, $2, $3)', [
    token.tokenHash,
    token.familyId,
    token.expiresAt,
  ])
}
