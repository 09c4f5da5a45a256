-- What looks have put in doubt is kept with the experiment: an analysis may be too large to be stored.
ALTER TABLE experiment ADD COLUMN doubts TEXT;
