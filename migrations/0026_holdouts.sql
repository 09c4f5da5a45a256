-- A holdout is counted as an experiment, and is none of those on its AI config.
ALTER TABLE experiment ADD COLUMN is_holdout INTEGER NOT NULL DEFAULT 0;

-- On which AI configs a holdout keeps its units on which version. Its experiment's own AI config is the first of them.
CREATE TABLE holdout_config (
  config TEXT NOT NULL REFERENCES ai_config (key),
  holdout TEXT NOT NULL REFERENCES experiment (key),
  version INTEGER NOT NULL,
  PRIMARY KEY (config, holdout)
) WITHOUT ROWID;
