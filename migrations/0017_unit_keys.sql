-- By which secret an experiment's units are hashed: its id. NULL before the start, and until the schedule has noted it for
-- experiments that were started before it was kept.
ALTER TABLE experiment ADD COLUMN unit_key_id TEXT;
-- Experiments whose secret the installation had no longer: nobody can tell which of their hashes is the unit's.
ALTER TABLE erasure ADD COLUMN unlinkable_experiments INTEGER NOT NULL DEFAULT 0;
