-- Units that are forced to a variant, or excluded: a JSON array. What they do counts nowhere.
ALTER TABLE experiment ADD COLUMN overrides TEXT NOT NULL DEFAULT '[]';
