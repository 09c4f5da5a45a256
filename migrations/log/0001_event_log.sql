-- One row for every chunk of the outbox of an aggregator.
CREATE TABLE event_chunk (
  experiment TEXT NOT NULL,
  shard INTEGER NOT NULL,
  -- First and last of the aggregator's outbox rows in this chunk.
  sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  -- Log entries by column, compressed.
  entries TEXT NOT NULL,
  PRIMARY KEY (experiment, shard, sequence)
) WITHOUT ROWID;
