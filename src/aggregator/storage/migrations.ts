import type { Meta } from "./meta.ts";

/** Schema changes in order; how many of them have been applied is kept in `meta`. */
const MIGRATIONS = [
  `CREATE TABLE unit (hash TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE fingerprint_block (
     hash TEXT NOT NULL, block INTEGER NOT NULL, fingerprints TEXT NOT NULL, PRIMARY KEY (hash, block)
   ) WITHOUT ROWID;
   CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, entries TEXT NOT NULL, size INTEGER NOT NULL);`,
  // Partial, so that experiments without conversion windows pay for no index.
  `ALTER TABLE unit ADD COLUMN exposed_at INTEGER;
   CREATE INDEX unit_exposed_at ON unit (exposed_at) WHERE exposed_at IS NOT NULL;`,
  "CREATE TABLE first_period (hash TEXT PRIMARY KEY, period INTEGER NOT NULL) WITHOUT ROWID;",
  // One row per key that was used today for units that nobody vouches for.
  `CREATE TABLE quota_use (
     key TEXT PRIMARY KEY, day INTEGER NOT NULL, units INTEGER NOT NULL, bytes INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  // The names that the API has now.
  `ALTER TABLE first_period RENAME TO first_phase;
   ALTER TABLE first_phase RENAME COLUMN period TO phase;
   UPDATE meta SET value = json_set(
     json_remove(value, '$.crossedOverUnits'), '$.multipleExposureUnits', value -> '$.crossedOverUnits'
   ) WHERE name = 'totals';
   UPDATE meta SET value = json_set(json_remove(value, '$.definitions'), '$.metricDefinitions', (
     SELECT json_group_array(json_set(
       json_remove(metric.value, '$.unit'), '$.displayUnit', coalesce(metric.value ->> '$.unit', '')
     ))
     FROM json_each(meta.value, '$.definitions') AS metric
   )) WHERE name = 'experiment';`,
  // A row for every part of the totals, so that none outgrows what a value may hold; fingerprints are found by an index.
  // One aggregator counts its units in all phases: what others have counted before is merged into it.
  `CREATE TABLE total (
     phase INTEGER NOT NULL, variant TEXT NOT NULL, part TEXT NOT NULL, value TEXT NOT NULL,
     PRIMARY KEY (phase, variant, part)
   ) WITHOUT ROWID;
   CREATE TABLE fingerprint (hash TEXT NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (hash, mark)) WITHOUT ROWID;
   INSERT OR IGNORE INTO fingerprint (hash, mark)
     SELECT hash, mark.value FROM fingerprint_block, json_each(fingerprints) AS mark;
   DROP TABLE fingerprint_block;
   DROP TABLE first_phase;
   INSERT OR REPLACE INTO meta (name, value) SELECT 'merge_pending', '1' FROM meta WHERE name = 'schema_version';
   INSERT OR REPLACE INTO meta (name, value)
     SELECT 'applied_sequence', max(
       coalesce((SELECT max(sequence) FROM outbox), 0),
       coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'flushed_sequence'), 0)
     );`,
  // Where units are counted anew, until all of them are.
  `CREATE TABLE recounted_unit (hash TEXT PRIMARY KEY, state TEXT NOT NULL, exposed_at INTEGER) WITHOUT ROWID;
   CREATE TABLE recounted_fingerprint (hash TEXT NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (hash, mark)) WITHOUT ROWID;`,
  // Units that were erased, with when and up to which row of the outbox. Units from before say less of their events.
  `CREATE TABLE erased (hash TEXT PRIMARY KEY, at INTEGER NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
   INSERT OR REPLACE INTO meta (name, value)
     SELECT 'untallied_units', '1' FROM meta WHERE name = 'schema_version' AND EXISTS (SELECT 1 FROM unit);`,
  // Erasures of units that were never seen here leave totals and log as they are.
  `ALTER TABLE erased ADD COLUMN counted_sequence INTEGER NOT NULL DEFAULT 0;
   UPDATE erased SET counted_sequence = sequence;`,
];

/** Brings an aggregator's database to the present schema. */
export function migrate(sql: SqlStorage, meta: Meta): void {
  const applied = Number(meta.read("schema_version") ?? 0);
  for (const migration of MIGRATIONS.slice(applied)) sql.exec(migration);
  if (applied < MIGRATIONS.length) meta.write("schema_version", String(MIGRATIONS.length));
}
