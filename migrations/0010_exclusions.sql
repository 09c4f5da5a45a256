-- Stretches of time that a person has excluded: nothing that happened in them counts.
ALTER TABLE experiment ADD COLUMN exclusions TEXT NOT NULL DEFAULT '[]';
