-- The AI config's live version when the experiment started: what a promotion is conditional on. NULL for older ones.
ALTER TABLE experiment ADD COLUMN live_version_at_start INTEGER;
-- Treatments that left for doing harm, while the others go on.
ALTER TABLE experiment ADD COLUMN switched_off TEXT NOT NULL DEFAULT '[]';
-- Persons' decisions to go on with data that were in doubt.
ALTER TABLE experiment ADD COLUMN acceptances TEXT NOT NULL DEFAULT '[]';
