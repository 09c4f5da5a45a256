-- How many units the newest look found that nobody vouches for, beside those that decide.
ALTER TABLE experiment ADD COLUMN unvouched TEXT;
