import { z } from "zod";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { DailyQuota } from "#config";
import { decodeEntries, encodeEntries } from "#event-log/codec.ts";
import { type LeftOut, quarantineSchema } from "#event-log/quarantine.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { type UnitState, unitStateSchema } from "#ledger/unit-state.ts";
import { type ExperimentTotals, experimentTotalsSchema } from "#model/analysis/moments.ts";
import { joinStretches, stretchSchema } from "#model/experiment/exclusion.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { admitWithin, dayOf, type EntryCost, type QuotaUse } from "./daily-quota.ts";

/** Fingerprints kept in a unit's own row; more go to blocks of this size beside it. */
const FINGERPRINTS_PER_BLOCK = 128;

/** A statement's parameter stays below the 2 MB that SQLite takes here. */
const UNITS_PER_STATEMENT = 500;

/** A chunk of the event log stays below D1's limit of 2 MB per value, with room for its other columns. */
const MAXIMUM_CHUNK_CHARACTERS = 600_000;
const MAXIMUM_CHUNK_ENTRIES = 1_000;

const aggregatedExperimentSchema = z.strictObject({
  key: z.string(),
  shard: z.int(),
  variants: z.array(z.string()),
  metricDefinitions: z.array(metricDefinitionSchema),
  exclusions: z.array(stretchSchema).default([]),
});
const fingerprintsSchema = z.array(z.number());
const chunkPlanSchema = z.strictObject({ sequence: z.int(), lastSequence: z.int() });
export type ChunkPlan = z.infer<typeof chunkPlanSchema>;

/** Schema changes in order; the index of the last one applied is kept in `meta`. */
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
];

/** The SQL of the aggregator: what it keeps in its own SQLite database. Everything here is synchronous. */
export class LedgerStorage {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
    const applied = Number(this.#readMeta("schema_version") ?? 0);
    for (const migration of MIGRATIONS.slice(applied)) sql.exec(migration);
    if (applied < MIGRATIONS.length) this.#writeMeta("schema_version", String(MIGRATIONS.length));
  }

  #readMeta(name: string): string | undefined {
    const row = this.#sql.exec("SELECT value FROM meta WHERE name = ?", name).toArray()[0];
    return row === undefined ? undefined : String(row.value);
  }

  #writeMeta(name: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value);
  }

  experiment(): AggregatedExperiment | undefined {
    const stored = this.#readMeta("experiment");
    return stored === undefined ? undefined : aggregatedExperimentSchema.parse(JSON.parse(stored));
  }

  storeExperiment(experiment: AggregatedExperiment): void {
    this.#writeMeta("experiment", JSON.stringify(experiment));
  }

  totals(variants: readonly string[]): ExperimentTotals {
    const stored = this.#readMeta("totals");
    return stored === undefined ? emptyTotals(variants) : experimentTotalsSchema.parse(JSON.parse(stored));
  }

  storeTotals(totals: ExperimentTotals): void {
    this.#writeMeta("totals", JSON.stringify(totals));
  }

  units(hashes: Iterable<string>): Map<string, UnitState> {
    const rows = this.#sql.exec(
      "SELECT hash, state FROM unit WHERE hash IN (SELECT value FROM json_each(?))",
      JSON.stringify([...hashes]),
    );
    const units = new Map<string, UnitState>();
    for (const row of rows) units.set(String(row.hash), unitStateSchema.parse(JSON.parse(String(row.state))));
    return units;
  }

  /** The units that were first seen after one time and up to another, epoch milliseconds, one after the other. */
  *unitsExposedBetween(after: number, until: number): Generator<[hash: string, state: UnitState]> {
    const rows = this.#sql.exec(
      "SELECT hash, state FROM unit WHERE exposed_at > ? AND exposed_at <= ?",
      after,
      until,
    );
    for (const row of rows) yield [String(row.hash), unitStateSchema.parse(JSON.parse(String(row.state)))];
  }

  /** Writes units back, one row each, moving full blocks of fingerprints out of their rows first. */
  storeUnits(units: ReadonlyMap<string, UnitState>): void {
    const rows: [hash: string, state: string, exposedAt: number | null][] = [];
    for (const [hash, state] of units) {
      while (state.i.length > FINGERPRINTS_PER_BLOCK) {
        const block = state.i.splice(0, FINGERPRINTS_PER_BLOCK);
        this.#sql.exec(
          "INSERT INTO fingerprint_block (hash, block, fingerprints) VALUES (?, ?, ?)",
          hash,
          state.b,
          JSON.stringify(block),
        );
        state.b += 1;
      }
      rows.push([hash, JSON.stringify(state), state.e ?? null]);
    }
    this.#sql.exec(
      // An update leaves the index alone: when a unit was first seen never changes.
      `INSERT INTO unit (hash, state, exposed_at)
       SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
       ON CONFLICT (hash) DO UPDATE SET state = excluded.state`,
      JSON.stringify(rows),
    );
  }

  /** Fingerprints of a unit's older events, which no longer fit its row. */
  olderFingerprints(hash: string): Set<number> {
    const older = new Set<number>();
    for (const row of this.#sql.exec("SELECT fingerprints FROM fingerprint_block WHERE hash = ?", hash)) {
      for (const value of fingerprintsSchema.parse(JSON.parse(String(row.fingerprints)))) older.add(value);
    }
    return older;
  }

  /** Puts these units in the place of all that there are. */
  replaceUnits(units: ReadonlyMap<string, UnitState>): void {
    this.#sql.exec("DELETE FROM unit");
    this.#sql.exec("DELETE FROM fingerprint_block");
    const all = [...units];
    for (let start = 0; start < all.length; start += UNITS_PER_STATEMENT) {
      this.storeUnits(new Map(all.slice(start, start + UNITS_PER_STATEMENT)));
    }
  }

  /** Books units for a later phase, as far as no phase has them yet. Only in the aggregator that keeps the register. */
  claimUnits(phase: number, hashes: readonly string[]): void {
    this.#sql.exec(
      `INSERT OR IGNORE INTO first_phase (hash, phase) SELECT value, ? FROM json_each(?)
       WHERE NOT EXISTS (SELECT 1 FROM unit WHERE hash = value)`,
      phase,
      JSON.stringify(hashes),
    );
  }

  /** Of these units, those that another phase has. What is here and booked for no later phase was first seen here. */
  unitsOfOtherPhases(phase: number, hashes: Iterable<string>): Set<string> {
    const rows = this.#sql.exec(
      `SELECT value AS hash FROM json_each(?1) LEFT JOIN first_phase ON first_phase.hash = value
       WHERE coalesce(phase <> ?2, ?2 > 0 AND EXISTS (SELECT 1 FROM unit WHERE unit.hash = value))`,
      JSON.stringify([...hashes]),
      phase,
    );
    return new Set([...rows].map(({ hash }) => String(hash)));
  }

  /** Admits entries while the day's quota of their keys lasts, and notes what they use. @param now milliseconds */
  takeFromQuota(quota: DailyQuota, costs: readonly EntryCost[], now: number): boolean[] {
    const day = dayOf(now);
    this.#sql.exec("DELETE FROM quota_use WHERE day <> ?", day);
    const used: QuotaUse = new Map();
    for (const { key, units, bytes } of this.#sql.exec("SELECT key, units, bytes FROM quota_use"))
      used.set(String(key), { units: Number(units), bytes: Number(bytes) });
    const admitted = admitWithin(quota, costs, used);
    for (const key of new Set(costs.map((cost) => cost.key))) {
      const { units = 0, bytes = 0 } = used.get(key) ?? {};
      this.#sql.exec("INSERT OR REPLACE INTO quota_use VALUES (?, ?, ?, ?)", key, day, units, bytes);
    }
    return admitted;
  }

  /** What of the log counts nowhere; stretches of time may have been excluded before the experiment came here. */
  leftOut(): LeftOut {
    const [quarantines, exclusions] = [this.#readMeta("quarantines"), this.#readMeta("exclusions")];
    return {
      quarantines: quarantines === undefined ? [] : z.array(quarantineSchema).parse(JSON.parse(quarantines)),
      exclusions: joinStretches(
        exclusions === undefined ? [] : z.array(stretchSchema).parse(JSON.parse(exclusions)),
        this.experiment()?.exclusions ?? [],
      ),
    };
  }

  storeLeftOut({ quarantines, exclusions }: LeftOut): void {
    this.#writeMeta("quarantines", JSON.stringify(quarantines));
    this.#writeMeta("exclusions", JSON.stringify(exclusions));
  }

  /** The newest outbox row that is known to be in the event log. */
  flushedSequence(): number {
    return Number(this.#readMeta("flushed_sequence") ?? 0);
  }

  /** What the outbox holds beyond one of its rows. */
  entriesAfter(sequence: number): LogEntry[] {
    const rows = this.#sql.exec("SELECT entries FROM outbox WHERE sequence > ? ORDER BY sequence", sequence);
    return [...rows].flatMap((row) => decodeEntries(String(row.entries)));
  }

  appendToOutbox(entries: readonly LogEntry[]): void {
    // Numbered by hand: SQLite would start over once the outbox is empty, and the event log would ignore the repetition.
    this.#sql.exec(
      "INSERT INTO outbox (sequence, entries, size) VALUES (?, ?, ?)",
      this.lastSequence() + 1,
      encodeEntries(entries),
      entries.length,
    );
  }

  hasPendingEntries(): boolean {
    return this.#sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length > 0;
  }

  /** The newest outbox row ever written; rows that have been flushed keep their numbers. */
  lastSequence(): number {
    const pending = this.#sql.exec("SELECT MAX(sequence) AS last FROM outbox").one().last;
    return pending === null ? this.flushedSequence() : Number(pending);
  }

  /**
   * Decides what the next chunk holds and writes the decision down: after a crash in the middle of a flush the same
   * rows go out under the same number, and the event log ignores the repetition.
   * @param boundaries no chunk reaches over these rows
   */
  planChunk(boundaries: ReadonlySet<number>): ChunkPlan | undefined {
    const stored = this.#readMeta("chunk_plan");
    if (stored !== undefined) return chunkPlanSchema.parse(JSON.parse(stored));
    let plan: ChunkPlan | undefined;
    let size = 0;
    let characters = 0;
    for (const row of this.#sql.exec(
      "SELECT sequence, size, length(entries) AS characters FROM outbox ORDER BY sequence",
    )) {
      size += Number(row.size);
      characters += Number(row.characters);
      const sequence = Number(row.sequence);
      if (plan && (size > MAXIMUM_CHUNK_ENTRIES || characters > MAXIMUM_CHUNK_CHARACTERS)) break;
      if (plan && boundaries.has(plan.lastSequence)) break;
      plan = { sequence: plan?.sequence ?? sequence, lastSequence: sequence };
    }
    if (plan) this.#writeMeta("chunk_plan", JSON.stringify(plan));
    return plan;
  }

  /** The entries of a planned chunk, as one JSON array. */
  chunkEntries({ sequence, lastSequence }: ChunkPlan): string {
    const rows = this.#sql.exec(
      "SELECT entries FROM outbox WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
      sequence,
      lastSequence,
    );
    return `[${[...rows].map((row) => String(row.entries).slice(1, -1)).join(",")}]`;
  }

  /** Forgets what has reached the event log. */
  finishChunk({ lastSequence }: ChunkPlan): void {
    this.#sql.exec("DELETE FROM outbox WHERE sequence <= ?", lastSequence);
    this.#writeMeta("flushed_sequence", String(lastSequence));
    this.#sql.exec("DELETE FROM meta WHERE name = 'chunk_plan'");
  }
}
