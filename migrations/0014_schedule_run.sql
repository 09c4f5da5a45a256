-- What the schedule last did, and what it has done in all, for whoever watches the installation.
CREATE TABLE schedule_run (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- Epoch milliseconds.
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  -- Since the installation.
  looks INTEGER NOT NULL,
  failed_looks INTEGER NOT NULL,
  -- A JSON object: how many looks decided on which action.
  decisions TEXT NOT NULL
);

-- From here on a schedule that never runs is noticed.
INSERT INTO schedule_run (id, started_at, finished_at, looks, failed_looks, decisions)
VALUES (1, unixepoch() * 1000, unixepoch() * 1000, 0, 0, '{}');
