-- When each session was used last and how long it can be continued: counted by the minute, where tokens are many
-- (one every 15 minutes for each device in use).

-- An API of the version before may still run: the defaults let it log people in, its sessions just count as ended; and a column
-- expires_at would be ambiguous where it joins both tables.
ALTER TABLE session_family
  ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN open_until   timestamptz NOT NULL DEFAULT now();

UPDATE session_family f
SET last_used_at = greatest(f.created_at, t.used_at), open_until = coalesce(t.expires_at, f.created_at)
FROM session_family s
LEFT JOIN (SELECT family_id, max(used_at) AS used_at, max(expires_at) AS expires_at FROM refresh_token GROUP BY family_id) t
       USING (family_id)
WHERE s.family_id = f.family_id;

CREATE INDEX session_family_last_used ON session_family (last_used_at) INCLUDE (user_id);
CREATE INDEX session_family_open ON session_family (open_until) WHERE revoked_at IS NULL;
