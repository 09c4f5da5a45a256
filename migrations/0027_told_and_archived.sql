-- Since when an experiment has been expected to end with too little power; null where it is not, or nobody could tell.
ALTER TABLE experiment ADD COLUMN underpowered_since INTEGER;

-- The limits that are nearly reached, each told once until it is far enough away again. Subject: an experiment, an AI config, a database, or ''.
CREATE TABLE approached_limit (
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (name, subject)
) WITHOUT ROWID;

-- Since when lists hide them; null where they show them.
ALTER TABLE ai_config ADD COLUMN archived_at INTEGER;
ALTER TABLE metric ADD COLUMN archived_at INTEGER;
