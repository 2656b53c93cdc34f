// PostgreSQL 17 without an installation: the programs come from npm, the data stays in a folder.
export { EMBEDDED_SERVER_ERROR_CODES, EmbeddedServerError, type EmbeddedServerErrorCode } from './errors.ts'
export { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './server.ts'
