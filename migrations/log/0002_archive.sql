-- Parts of the event log that are in the archive, or on their way: chunks of one aggregator that follow each other.
CREATE TABLE archive_part (
  experiment TEXT NOT NULL,
  shard INTEGER NOT NULL,
  -- First row of the aggregator's outbox in this part, first row of its last chunk, and last row.
  sequence INTEGER NOT NULL,
  last_chunk INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  -- What its objects are called, which changes when they are written anew.
  name TEXT NOT NULL,
  -- 'written': the event log is still read. 'checked': the archive is read, and the chunks may be deleted. 'moved': they are.
  state TEXT NOT NULL,
  chunks INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  -- Its objects with their rows, bytes and SHA-256, as JSON.
  objects TEXT NOT NULL,
  -- Epoch milliseconds.
  written_at INTEGER NOT NULL,
  PRIMARY KEY (experiment, shard, sequence)
) WITHOUT ROWID;
CREATE INDEX archive_part_unfinished ON archive_part (written_at) WHERE state <> 'moved';

-- Names of objects that belong to no part: they are being written, or are to be deleted.
CREATE TABLE archive_leftover (
  name TEXT PRIMARY KEY,
  -- Epoch milliseconds.
  since INTEGER NOT NULL,
  -- 1 where no part may take them any more.
  is_doomed INTEGER NOT NULL
) WITHOUT ROWID;

-- The shard of the log that was last looked at for old events.
CREATE TABLE archive_progress (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  experiment TEXT NOT NULL,
  shard INTEGER NOT NULL
);
INSERT INTO archive_progress (id, experiment, shard) VALUES (1, '', 0);
