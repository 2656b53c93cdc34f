#!/bin/bash
# Runs once, on an empty database: the roles with the least that each needs, and pg_stat_statements. After the image's own scripts.
#   solar_owner   owns the tables and applies migrations; used by `enrol` and by the operator's commands
#   solar_api     reads and writes rows, except of the list of applied migrations; changes no table
#   otel_monitor  sees what the server and TimescaleDB say of themselves; no row of ours (the migrations grant it the views)
#   solar_backup  reads everything, for pg_dump; writes nothing
set -e

secret() { cat "/run/database-secrets/$1_password"; }

psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" \
  -v db="$POSTGRES_DB" -v owner="$(secret owner)" -v api="$(secret api)" -v monitor="$(secret monitor)" -v backup="$(secret backup)" <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

CREATE ROLE solar_owner  LOGIN PASSWORD :'owner'   CONNECTION LIMIT 10;
CREATE ROLE solar_api    LOGIN PASSWORD :'api';
CREATE ROLE otel_monitor LOGIN PASSWORD :'monitor' CONNECTION LIMIT 5;
CREATE ROLE solar_backup LOGIN PASSWORD :'backup'  CONNECTION LIMIT 3;

-- Only who is named here connects.
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
ALTER DATABASE :"db" OWNER TO solar_owner;
GRANT CONNECT ON DATABASE :"db" TO solar_api, otel_monitor, solar_backup;

-- For the tables that migrations will make; partitions and chunks follow their table. 0007 takes the writing of their own list away.
ALTER DEFAULT PRIVILEGES FOR ROLE solar_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO solar_api;
ALTER DEFAULT PRIVILEGES FOR ROLE solar_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO solar_api;

GRANT pg_monitor TO otel_monitor;
ALTER ROLE otel_monitor SET statement_timeout = '10s';
ALTER ROLE otel_monitor SET lock_timeout = '2s';

GRANT pg_read_all_data TO solar_backup;
ALTER ROLE solar_backup SET default_transaction_read_only = on;
SQL
