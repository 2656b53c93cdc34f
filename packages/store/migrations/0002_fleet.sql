-- Sites, who may see them, and the inverters with the data logger that speaks for each.

CREATE TABLE site (
  id         integer          GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text             NOT NULL UNIQUE,
  latitude   double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude  double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
  timezone   text             NOT NULL,
  created_at timestamptz      NOT NULL DEFAULT now()
);

CREATE TABLE site_member (
  site_id integer NOT NULL REFERENCES site ON DELETE CASCADE,
  user_id integer NOT NULL REFERENCES app_user ON DELETE CASCADE,
  PRIMARY KEY (user_id, site_id)
);

CREATE TABLE inverter (
  id                integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id           integer     NOT NULL REFERENCES site,
  logger_serial     bigint      NOT NULL UNIQUE CHECK (logger_serial BETWEEN 0 AND 4294967295),
  inverter_serial   text,
  name              text        NOT NULL,
  rated_power_w     integer,
  has_battery       boolean     NOT NULL DEFAULT false,
  upload_interval_s integer     NOT NULL DEFAULT 60 CHECK (upload_interval_s > 0),
  created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inverter_site ON inverter (site_id);

-- The current view of each inverter. Made with the inverter, so that ingest always has a row to lock; empty until the first live reading.
CREATE TABLE inverter_state (
  inverter_id      integer PRIMARY KEY REFERENCES inverter ON DELETE CASCADE,
  acquired_at      timestamptz,
  received_at      timestamptz,
  inverter_serial  text,
  ac_power_w       real,
  energy_today_kwh real,
  energy_total_kwh double precision,
  energy_guard     jsonb,
  device           jsonb   NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);

-- Changes with every registration; the epoch tells databases apart that count alike.
CREATE TABLE registration_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    uuid    NOT NULL DEFAULT gen_random_uuid(),
  version  bigint  NOT NULL DEFAULT 0
);
INSERT INTO registration_version DEFAULT VALUES;

CREATE FUNCTION bump_registration_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE registration_version SET version = version + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER inverter_registration AFTER INSERT OR UPDATE OR DELETE ON inverter
  FOR EACH STATEMENT EXECUTE FUNCTION bump_registration_version();
CREATE TRIGGER site_registration AFTER INSERT OR UPDATE OR DELETE ON site
  FOR EACH STATEMENT EXECUTE FUNCTION bump_registration_version();
