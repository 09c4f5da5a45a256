-- What people say about an experiment: owner, tags, notes, and since when it is archived. A JSON object; what is missing was never said.
ALTER TABLE experiment ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';
