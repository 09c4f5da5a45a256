-- Requests to erase what is known of a unit. Times are epoch milliseconds.
CREATE TABLE erasure (
  id TEXT PRIMARY KEY,
  -- The unit's keyed hash, until all of it is erased.
  unit TEXT,
  requested_at INTEGER NOT NULL,
  finished_at INTEGER,
  -- How many experiments are searched.
  experiments INTEGER NOT NULL
) WITHOUT ROWID;
-- A unit that waits to be erased is not asked for twice.
CREATE UNIQUE INDEX erasure_unit ON erasure (unit) WHERE unit IS NOT NULL;

-- What is left to do of them: a row for every part of the event log that may hold anything of the unit.
CREATE TABLE erasure_task (
  experiment TEXT NOT NULL,
  shard INTEGER NOT NULL,
  erasure TEXT NOT NULL,
  -- The unit's keyed hash in this experiment.
  unit TEXT NOT NULL,
  -- Among how many aggregators the experiment's units are divided.
  shards INTEGER NOT NULL,
  -- The last sequence number that may hold anything; NULL until the unit's aggregator has taken it out of the totals.
  until INTEGER,
  -- The last sequence number that has been searched.
  searched_until INTEGER NOT NULL,
  -- How often its aggregator could not be reached.
  failures INTEGER NOT NULL,
  PRIMARY KEY (experiment, shard, erasure)
) WITHOUT ROWID;
CREATE INDEX erasure_task_erasure ON erasure_task (erasure, experiment);
