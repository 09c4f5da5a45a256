-- How far the snapshots of an experiment have been thinned: to one an hour, and to one a day. Epoch milliseconds.
CREATE TABLE snapshot_thinning (
  experiment TEXT PRIMARY KEY,
  hourly_until INTEGER NOT NULL,
  daily_until INTEGER NOT NULL
) WITHOUT ROWID;
