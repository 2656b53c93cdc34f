-- Users, their sessions, and the clients that are programs.

CREATE TABLE app_user (
  id            integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email         text        NOT NULL UNIQUE CHECK (email = lower(email)),
  password_hash text        NOT NULL,
  role          text        NOT NULL CHECK (role IN ('user', 'admin')),
  created_at    timestamptz NOT NULL DEFAULT now(),
  disabled_at   timestamptz
);

-- One login is one family; its row is what rotation and revocation lock, so that no token slips in between.
CREATE TABLE session_family (
  family_id  uuid        PRIMARY KEY,
  user_id    integer     NOT NULL REFERENCES app_user ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX session_family_user ON session_family (user_id);

CREATE TABLE refresh_token (
  token_hash bytea       PRIMARY KEY,
  family_id  uuid        NOT NULL REFERENCES session_family ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX refresh_token_family ON refresh_token (family_id);
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);

CREATE TABLE service_client (
  client_id   text        PRIMARY KEY,
  secret_hash bytea       NOT NULL,
  scopes      text[]      NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz
);
