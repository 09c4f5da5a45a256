-- What was decided and done about an experiment, one record after the other; each holds the hash of the one before.
CREATE TABLE decision_chain (
  experiment TEXT NOT NULL,
  -- Its place, from 1 up.
  sequence INTEGER NOT NULL,
  -- When it was decided, epoch milliseconds.
  at INTEGER NOT NULL,
  -- The hash of the record before; zeros for the first.
  previous_hash TEXT NOT NULL,
  -- Canonical JSON.
  record TEXT NOT NULL,
  -- SHA-256 of the record.
  hash TEXT NOT NULL,
  PRIMARY KEY (experiment, sequence)
) WITHOUT ROWID;
-- Of two writers at once one comes second: nothing can follow the same record twice.
CREATE UNIQUE INDEX decision_chain_previous ON decision_chain (experiment, previous_hash);

-- The end of every chain, so that it is noticed where the last records are gone.
CREATE TABLE decision_chain_head (
  experiment TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) WITHOUT ROWID;

-- What records name by its hash: specs, metric definitions, totals, results. Each is stored once.
CREATE TABLE decision_value (
  -- SHA-256 of the value as it is stored.
  hash TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
