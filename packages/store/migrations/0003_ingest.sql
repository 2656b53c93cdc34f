-- What ingest needs beside the measurements: known batches and messages, quarantine, events, the ledger.

-- A batch that comes again gets the answer it got first. `exceptions` maps a position in `seqs` to its outcome; the others were stored.
CREATE TABLE ingest_batch (
  collector_id text        NOT NULL,
  batch_id     uuid        NOT NULL,
  received_at  timestamptz NOT NULL,
  seqs         bigint[]    NOT NULL DEFAULT '{}',
  exceptions   jsonb       NOT NULL DEFAULT '{}',
  PRIMARY KEY (collector_id, batch_id)
) WITH (fillfactor = 70);
CREATE INDEX ingest_batch_age ON ingest_batch (received_at);

-- Every message that became a row, for as long as a logger may send it again. The serial leads, so that the inserts of one logger
-- meet on one page; the counter follows, so that they go to its right edge.
CREATE TABLE message_key (
  logger_serial     bigint      NOT NULL,
  record_counter    bigint      NOT NULL,
  dedupe_key        uuid        NOT NULL,
  first_received_at timestamptz NOT NULL,
  PRIMARY KEY (logger_serial, record_counter, dedupe_key)
);
CREATE INDEX message_key_age ON message_key USING brin (first_received_at);

CREATE TABLE logger_event (
  id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  logger_serial bigint      NOT NULL,
  received_at   timestamptz NOT NULL,
  acquired_at   timestamptz,
  event_type    text        NOT NULL,
  data          jsonb       NOT NULL
);
CREATE INDEX logger_event_logger ON logger_event (logger_serial, received_at);
CREATE INDEX logger_event_age ON logger_event (received_at);

CREATE TABLE quarantine (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at    timestamptz NOT NULL,
  quarantined_at timestamptz NOT NULL,
  collector_id   text        NOT NULL,
  logger_serial  bigint      NOT NULL,
  control_code   text        NOT NULL,
  reason         text        NOT NULL,
  detail         text,
  frame          bytea       NOT NULL
);
CREATE INDEX quarantine_reason ON quarantine (reason, id);
CREATE INDEX quarantine_logger ON quarantine (logger_serial, id);
CREATE INDEX quarantine_age ON quarantine (quarantined_at);

-- Counts what left the quarantine unresolved: nothing is dropped silently.
CREATE TABLE quarantine_dropped (
  cause    text   NOT NULL CHECK (cause IN ('rows', 'age', 'purged')),
  reason   text   NOT NULL,
  messages bigint NOT NULL,
  PRIMARY KEY (cause, reason)
);

CREATE TABLE ledger (
  collector_id text   PRIMARY KEY,
  stored       bigint NOT NULL DEFAULT 0,
  duplicates   bigint NOT NULL DEFAULT 0,
  quarantined  bigint NOT NULL DEFAULT 0,
  events       bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
