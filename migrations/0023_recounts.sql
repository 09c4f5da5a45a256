-- How often an experiment has begun to wait for its totals to be counted anew: what looks have proven before is about other totals.
ALTER TABLE experiment ADD COLUMN recounts INTEGER NOT NULL DEFAULT 0;
