// Accounts of programs: the collector's client id and the hash of its secret.
import type { ServiceClientRepository } from './contract.ts'
import type { Database } from './database.ts'

interface ServiceClientRow {
  client_id: string
  secret_hash: Buffer
  scopes: string[]
  disabled_at: Date | null
}

export function createServiceClientRepository(database: Database): ServiceClientRepository {
  return {
    async find(clientId) {
      const { rows } = await database.query<ServiceClientRow>(
        'service_clients.find',
        'SELECT client_id, secret_hash, scopes, disabled_at FROM service_client WHERE client_id = $1',
        [clientId],
      )
      const row = rows[0]
      if (!row) return null
      return {
        clientId: row.client_id,
        secretHash: row.secret_hash,
        scopes: row.scopes,
        disabledAt: row.disabled_at,
      }
    },

    async put({ clientId, secretHash, scopes }) {
      await database.query(
        'service_clients.put',
        `INSERT INTO service_client (client_id, secret_hash, scopes) VALUES ($1, $2, $3)
         ON CONFLICT (client_id) DO UPDATE SET secret_hash = $2, scopes = $3, disabled_at = NULL`,
        [clientId, secretHash, scopes],
      )
    },
  }
}
