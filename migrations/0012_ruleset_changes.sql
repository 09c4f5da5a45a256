-- Edges read the tables themselves. What they have in memory stays valid until a change names it; the newest 10,000 are kept.
CREATE TABLE ruleset_change (
  revision INTEGER PRIMARY KEY,
  -- `config:<key>`, `experiment:<key>`, `keys` or `metrics`.
  subject TEXT NOT NULL,
  -- The AI config that the subject belongs to.
  config TEXT
);
DROP TABLE ruleset;

-- The experiments of one AI config that edges need: the active ones, and those that ended a short while ago. An index over
-- columns that are there already: a table of its own, of variants and versions, would be one more thing to keep in step with
-- the experiments, and the versions are read from the few experiments that this finds.
CREATE INDEX experiment_config ON experiment (config, status, ended_at);
-- Those that logged something most recently, found without reading a specification.
CREATE INDEX experiment_logging ON experiment (ended_at, started_at);
-- Keys are revoked for good, and edges read the others only.
CREATE INDEX api_key_live ON api_key (created_at) WHERE revoked_at IS NULL;

UPDATE ruleset_revision SET revision = revision + 1;
