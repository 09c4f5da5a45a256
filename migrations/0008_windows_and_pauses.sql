-- People rate in their own time: a unit's ratings count once its day is over, unless the metric was redefined meanwhile.
UPDATE metric SET definition = json_set(definition, '$.windowSeconds', 86400)
WHERE key = 'user_satisfaction' AND definition = '{"key":"user_satisfaction","name":"User satisfaction","description":"A rating by the user, on whatever scale the app uses.","type":"mean","per":"event","direction":"increase","unit":""}';

-- Who is served and never heard of again: every outcome event says 0, silence for an hour is 1.
INSERT OR IGNORE INTO metric (key, definition) VALUES
  ('no_outcome', '{"key":"no_outcome","name":"Units without an outcome","description":"Was the unit served without any outcome within the hour?","type":"proportion","per":"unit","direction":"decrease","absent":"failure","impliedValue":0,"windowSeconds":3600,"unit":""}');

-- While it is paused an experiment has no traffic, and what happens then is booked to no arm.
ALTER TABLE experiment ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]';

UPDATE ruleset_revision SET revision = revision + 1;
