-- Per unit, so that who has cancelled nothing counts as 0: clients log it only for what was cancelled.
-- A metric of that name that somebody has defined meanwhile stays theirs.
INSERT OR IGNORE INTO metric (key, definition) VALUES
  ('cancelled', '{"key":"cancelled","name":"Cancelled answers","description":"How many answers a unit''s user, or the app, stopped before their end.","type":"mean","per":"unit","direction":"decrease","unit":"","minimum":0}');
UPDATE ruleset_revision SET revision = revision + 1;
