-- Tables with a text key are WITHOUT ROWID: otherwise every insert writes two rows, the table's and its hidden index's.

CREATE TABLE ai_config (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  live_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE ai_config_version (
  config TEXT NOT NULL REFERENCES ai_config (key),
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (config, version)
) WITHOUT ROWID;

CREATE TABLE metric (
  key TEXT PRIMARY KEY,
  definition TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE experiment (
  key TEXT PRIMARY KEY,
  config TEXT NOT NULL REFERENCES ai_config (key),
  status TEXT NOT NULL,
  revision INTEGER NOT NULL,
  -- Names the change that made this revision, so that the rest of the same batch acts only when it took effect.
  change TEXT NOT NULL,
  spec TEXT NOT NULL,
  definitions TEXT NOT NULL,
  -- Stretches of constant weights since the start.
  periods TEXT NOT NULL,
  conclusion TEXT,
  -- What the list shows of the newest analysis.
  latest TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  analysed_at INTEGER
) WITHOUT ROWID;

CREATE TABLE event_chunk (
  experiment TEXT NOT NULL,
  shard INTEGER NOT NULL,
  -- First and last of the aggregator's outbox rows in this chunk.
  sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  entries TEXT NOT NULL,
  PRIMARY KEY (experiment, shard, sequence)
) WITHOUT ROWID;

CREATE TABLE snapshot (
  experiment TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  periods TEXT NOT NULL,
  analysis TEXT NOT NULL,
  guardrails TEXT NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (experiment, taken_at)
) WITHOUT ROWID;

CREATE TABLE decision (
  experiment TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  decision TEXT NOT NULL,
  summary TEXT NOT NULL,
  PRIMARY KEY (experiment, taken_at)
) WITHOUT ROWID;

-- One row: the revision that edges should be serving.
CREATE TABLE ruleset_revision (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL
);
INSERT INTO ruleset_revision (id, revision) VALUES (1, 1);

CREATE TABLE ruleset (
  version INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  compiled_at INTEGER NOT NULL
);

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  -- SHA-256 of the secret, in hexadecimal.
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;

CREATE TABLE audit (
  -- UUIDv7: sorts by time.
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  details TEXT NOT NULL
) WITHOUT ROWID;

-- The event log as plain SQL sees it: one row per outcome event.
CREATE VIEW event AS
SELECT
  chunk.experiment AS experiment,
  chunk.shard AS shard,
  entry.value ->> 'id' AS id,
  entry.value ->> 'u' AS unit,
  entry.value ->> 'v' AS variant,
  entry.value ->> 't' AS occurred_at,
  entry.value ->> 'r' AS received_at,
  entry.value -> 'm' AS metrics,
  entry.value -> 'p' AS properties
FROM event_chunk AS chunk, json_each(chunk.entries) AS entry
WHERE entry.value ->> 'k' = 'outcome';

-- First exposures, and those that show a unit in a second variant.
CREATE VIEW exposure AS
SELECT
  chunk.experiment AS experiment,
  chunk.shard AS shard,
  entry.value ->> 'u' AS unit,
  entry.value ->> 'v' AS variant,
  entry.value ->> 't' AS exposed_at
FROM event_chunk AS chunk, json_each(chunk.entries) AS entry
WHERE entry.value ->> 'k' = 'exposure';
