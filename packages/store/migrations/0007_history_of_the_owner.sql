-- Who is given all new tables by default, as deploy/database/100_roles.sh does for solar_api, may write the list of applied migrations
-- too: with a line of it gone, the next start would apply a migration twice. Reading stays: the API asks whether the schema is current.

DO $$
DECLARE
  writer name;
BEGIN
  FOR writer IN
    SELECT DISTINCT r.rolname
    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.oid = 'schema_migration'::regclass AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
  LOOP
    EXECUTE format('REVOKE ALL ON schema_migration FROM %I', writer);
    EXECUTE format('GRANT SELECT ON schema_migration TO %I', writer);
  END LOOP;
END $$;
