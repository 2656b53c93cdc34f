// Accounts of people: looked up by e-mail at login, listed and disabled by the operator.
import type { User, UserRepository, UserRole } from './contract.ts'
import type { Client, Database } from './database.ts'

const COLUMNS = 'id, email, password_hash, role, created_at, disabled_at'

interface UserRow {
  id: number
  email: string
  password_hash: string
  role: UserRole
  created_at: Date
  disabled_at: Date | null
}

export function createUserRepository(database: Database): UserRepository {
  return {
    async findByEmail(email) {
      const { rows } = await database.query<UserRow>(
        'users.find_by_email',
        `SELECT ${COLUMNS} FROM app_user WHERE email = $1`,
        [normalise(email)],
      )
      return rows[0] ? toUser(rows[0]) : null
    },

    async findById(id) {
      const { rows } = await database.query<UserRow>(
        'users.find_by_id',
        `SELECT ${COLUMNS} FROM app_user WHERE id = $1`,
        [id],
      )
      return rows[0] ? toUser(rows[0]) : null
    },

    async list() {
      const { rows } = await database.query<UserRow>(
        'users.list',
        `SELECT ${COLUMNS} FROM app_user ORDER BY email`,
      )
      return rows.map(toUser)
    },

    async add({ email, passwordHash, role }) {
      const { rows } = await database.query<{ id: number }>(
        'users.insert',
        `INSERT INTO app_user (email, password_hash, role) VALUES ($1, $2, $3)
         ON CONFLICT (email) DO NOTHING RETURNING id`,
        [normalise(email), passwordHash, role],
      )
      return rows[0] ? { outcome: 'added', id: rows[0].id } : { outcome: 'exists' }
    },

    async setPasswordHash(id, passwordHash) {
      await database.query(
        'users.set_password_hash',
        'UPDATE app_user SET password_hash = $2 WHERE id = $1',
        [id, passwordHash],
      )
    },

    disable: email => database.transaction('users.disable', client => disable(client, normalise(email))),
  }
}

async function disable(client: Client, email: string) {
  const { rows } = await client.query<{ id: number; disabled_at: Date | null }>(
    'users.lock',
    'SELECT id, disabled_at FROM app_user WHERE email = $1 FOR UPDATE',
    [email],
  )
  const user = rows[0]
  if (!user) return { outcome: 'unknown_user' } as const
  if (user.disabled_at) return { outcome: 'already_disabled' } as const
  await client.query('users.mark_disabled', 'UPDATE app_user SET disabled_at = now() WHERE id = $1', [
    user.id,
  ])
  await client.query(
    'users.revoke_sessions',
    'UPDATE session_family SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL',
    [user.id],
  )
  return { outcome: 'disabled' } as const
}

function normalise(email: string): string {
  return email.trim().toLowerCase()
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    passwordHash: row.password_hash,
    role: row.role,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  }
}
