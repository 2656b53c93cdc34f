// Sessions of people: a family of refresh tokens, each good for one use; a second use revokes the family.
import type { RotateOutcome, SessionRepository } from './contract.ts'
import type { Client, Database } from './database.ts'

type Rotation = Parameters<SessionRepository['rotate']>[0]

interface TokenRow {
  family_id: string
  user_id: number
  revoked_at: Date | null
  used_at: Date | null
  expires_at: Date
}

export function createSessionRepository(database: Database): SessionRepository {
  return {
    open: session =>
      database.transaction('sessions.open', async client => {
        await client.query(
          'sessions.insert_family',
          `INSERT INTO session_family (family_id, user_id, created_at, last_used_at, open_until)
           VALUES ($1, $2, coalesce($3, now()), coalesce($3, now()), $4)`,
          [session.familyId, session.userId, session.now ?? null, session.expiresAt],
        )
        await insertToken(client, session)
      }),

    rotate: change => database.transaction('sessions.rotate', client => rotate(client, change)),

    async revokeByToken(tokenHash) {
      const { rowCount } = await database.query(
        'sessions.revoke_by_token',
        `UPDATE session_family SET revoked_at = coalesce(revoked_at, now())
         WHERE family_id = (SELECT family_id FROM refresh_token WHERE token_hash = $1)`,
        [tokenHash],
      )
      return { outcome: rowCount === 1 ? 'revoked' : 'unknown' }
    },

    async isFamilyActive(familyId) {
      const { rowCount } = await database.query(
        'sessions.is_family_active',
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
    'sessions.lock_token',
    `SELECT family_id, user_id, revoked_at, used_at, expires_at
     FROM refresh_token JOIN session_family USING (family_id) WHERE token_hash = $1 FOR UPDATE`,
    [change.tokenHash],
  )
  const token = rows[0]
  if (!token) return { outcome: 'unknown' }
  if (token.revoked_at) return { outcome: 'revoked' }
  const session = { userId: token.user_id, familyId: token.family_id }
  if (token.used_at) {
    await client.query(
      'sessions.revoke_family',
      'UPDATE session_family SET revoked_at = $2 WHERE family_id = $1',
      [token.family_id, change.now],
    )
    return { outcome: 'reused', ...session }
  }
  if (token.expires_at <= change.now) return { outcome: 'expired' }
  await client.query('sessions.use_token', USE_TOKEN, [
    change.tokenHash,
    change.now,
    token.family_id,
    change.expiresAt,
  ])
  await insertToken(client, {
    tokenHash: change.nextTokenHash,
    familyId: token.family_id,
    expiresAt: change.expiresAt,
  })
  return { outcome: 'rotated', ...session }
}

/** The family knows when it was used last and how long it can be continued, so that sessions are counted without reading tokens. */
const USE_TOKEN = `
  WITH used AS (UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1)
  UPDATE session_family SET last_used_at = $2, open_until = $4 WHERE family_id = $3`

async function insertToken(
  client: Client,
  token: { tokenHash: Buffer; familyId: string; expiresAt: Date },
): Promise<void> {
  await client.query(
    'sessions.insert_token',
    'INSERT INTO refresh_token (token_hash, family_id, expires_at) VALUES ($1, $2, $3)',
    [token.tokenHash, token.familyId, token.expiresAt],
  )
}
