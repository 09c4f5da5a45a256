-- What looks have put in doubt is kept with the experiment: an analysis may be too large to be stored.
ALTER TABLE experiment ADD COLUMN doubts TEXT;

-- Since when an experiment's totals wait to be counted anew without a quarantined key.
ALTER TABLE experiment ADD COLUMN rebuild_pending_since INTEGER;
