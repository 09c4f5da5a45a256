ALTER TABLE api_key ADD COLUMN configs TEXT;
ALTER TABLE api_key ADD COLUMN origins TEXT;
ALTER TABLE api_key ADD COLUMN expires_at INTEGER;
ALTER TABLE api_key ADD COLUMN last_used_at INTEGER;
ALTER TABLE api_key ADD COLUMN quarantined_from INTEGER;

-- Shards below zero hold what nobody vouches for: it decides nothing, and has views of its own.
DROP VIEW event;
DROP VIEW exposure;

CREATE VIEW event AS
SELECT
  chunk.experiment AS experiment,
  chunk.shard AS shard,
  entry.value ->> 'id' AS id,
  entry.value ->> 'u' AS unit,
  entry.value ->> 'v' AS variant,
  entry.value ->> 't' AS occurred_at,
  entry.value ->> 'r' AS received_at,
  entry.value -> 'm' AS metrics,
  entry.value -> 'p' AS properties,
  entry.value ->> 'a' AS api_key
FROM event_chunk AS chunk, json_each(chunk.entries) AS entry
WHERE chunk.shard >= 0 AND entry.value ->> 'k' = 'outcome';

CREATE VIEW unvouched_event AS
SELECT
  chunk.experiment AS experiment,
  chunk.shard AS shard,
  entry.value ->> 'id' AS id,
  entry.value ->> 'u' AS unit,
  entry.value ->> 'v' AS variant,
  entry.value ->> 't' AS occurred_at,
  entry.value ->> 'r' AS received_at,
  entry.value -> 'm' AS metrics,
  entry.value -> 'p' AS properties,
  entry.value ->> 'a' AS api_key
FROM event_chunk AS chunk, json_each(chunk.entries) AS entry
WHERE chunk.shard < 0 AND entry.value ->> 'k' = 'outcome';

CREATE VIEW exposure AS
SELECT
  chunk.experiment AS experiment,
  chunk.shard AS shard,
  entry.value ->> 'u' AS unit,
  entry.value ->> 'v' AS variant,
  entry.value ->> 't' AS exposed_at,
  entry.value ->> 'a' AS api_key
FROM event_chunk AS chunk, json_each(chunk.entries) AS entry
WHERE chunk.shard >= 0 AND entry.value ->> 'k' = 'exposure';

UPDATE ruleset_revision SET revision = revision + 1;
