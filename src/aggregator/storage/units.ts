import type { UnitState } from "#ledger/unit-state.ts";
import type { UnitRowNames } from "./name-list.ts";
import { RowBatch } from "./row-batch.ts";
import { slicesWithin } from "./slices.ts";
import { decodeUnit, writeUnit } from "./unit-row.ts";

/** Fingerprints kept in a unit's own row; older ones get a row each, so that one is found without reading all. */
const FINGERPRINTS_IN_ROW = 128;

/** More than the hash of a unit, a time and a place take as JSON. */
const ROW_PLACE_BYTES = 100;

/** The tables that count, and those in which units are counted anew beside them. */
const TABLES = {
  counting: { units: "unit", fingerprints: "fingerprint" },
  recounted: { units: "recounted_unit", fingerprints: "recounted_fingerprint" },
} as const;

/** The table of units and the one of their older fingerprints. */
export class UnitTable {
  readonly #sql: SqlStorage;
  readonly #units: string;
  readonly #fingerprints: string;

  constructor(sql: SqlStorage, which: keyof typeof TABLES = "counting") {
    this.#sql = sql;
    this.#units = TABLES[which].units;
    this.#fingerprints = TABLES[which].fingerprints;
  }

  /** Those of these units that are known. */
  read(hashes: readonly string[], names: UnitRowNames): Map<string, UnitState> {
    return new Map(this.each(hashes, names));
  }

  /** The same, one after the other. */
  *each(hashes: readonly string[], names: UnitRowNames): Generator<[hash: string, state: UnitState]> {
    for (const slice of slicesWithin(hashes)) {
      const rows = this.#sql.exec(
        `SELECT hash, state FROM ${this.#units} WHERE hash IN (SELECT value FROM json_each(?))`,
        slice,
      );
      for (const { hash, state } of rows) yield [String(hash), decodeUnit(state, names)];
    }
  }

  /** The units that were first seen after one time and up to another, epoch milliseconds, one after the other. */
  *exposedBetween(after: number, until: number, names: UnitRowNames): Generator<[string, UnitState]> {
    const rows = this.#sql.exec(
      `SELECT hash, state FROM ${this.#units} WHERE exposed_at > ? AND exposed_at <= ?`,
      after,
      until,
    );
    for (const { hash, state } of rows) yield [String(hash), decodeUnit(state, names)];
  }

  /** Writes units, one row each; what no longer fits of their fingerprints is moved out of their states first. */
  write(units: ReadonlyMap<string, UnitState>, names: UnitRowNames): void {
    const spilled: [hash: string, mark: number][] = [];
    for (const [hash, state] of units) {
      const surplus = state.i.slice(0, Math.max(0, state.i.length - FINGERPRINTS_IN_ROW));
      if (surplus.length === 0) continue;
      for (const mark of surplus) spilled.push([hash, mark]);
      state.i = state.i.slice(surplus.length);
      state.b += surplus.length;
    }
    for (const slice of slicesWithin(spilled)) {
      this.#sql.exec(
        `INSERT OR IGNORE INTO ${this.#fingerprints} (hash, mark)
         SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true`,
        slice,
      );
    }
    // Neighbors share a page of the table, which is then read and written once for all of them.
    const sorted = [...units].sort(([one], [other]) => (one < other ? -1 : 1));
    const batch = new RowBatch(ROW_PLACE_BYTES, (bytes, rows) =>
      this.#sql.exec(
        // When a unit was first seen never changes: an update leaves the index alone unless that was unknown.
        `INSERT INTO ${this.#units} (hash, state, exposed_at)
         SELECT value ->> 0, substr(?, value ->> 2, value ->> 3), value ->> 1 FROM json_each(?) WHERE true
         ON CONFLICT (hash) DO UPDATE SET state = excluded.state,
         exposed_at = coalesce(exposed_at, excluded.exposed_at)`,
        bytes,
        rows,
      ),
    );
    for (const [hash, state] of sorted)
      batch.add([hash, state.e ?? null], (writer) => writeUnit(writer, state, names));
    batch.flush();
  }

  /** Whether a fingerprint is among those of a unit that are not in its row. */
  hasSpilled(hash: string, mark: number): boolean {
    const rows = this.#sql.exec(
      `SELECT 1 FROM ${this.#fingerprints} WHERE hash = ? AND mark = ?`,
      hash,
      mark,
    );
    return !rows.next().done;
  }

  /** Removes units, and all by which their events are recognized. */
  remove(hashes: readonly string[]): void {
    for (const slice of slicesWithin(hashes)) {
      for (const table of [this.#units, this.#fingerprints])
        this.#sql.exec(`DELETE FROM ${table} WHERE hash IN (SELECT value FROM json_each(?))`, slice);
    }
  }

  /** The same by hash alone. @param names that rows refer to by their places */
  named(names: UnitRowNames) {
    return {
      read: (hashes: readonly string[]) => this.each(hashes, names),
      remove: (hashes: readonly string[]) => this.remove(hashes),
      write: (units: ReadonlyMap<string, UnitState>) => this.write(units, names),
    };
  }

  clear(): void {
    this.#sql.exec(`DELETE FROM ${this.#units}`);
    this.#sql.exec(`DELETE FROM ${this.#fingerprints}`);
  }

  /** Puts the units of other tables in the place of all that there are; the other ones are empty then. */
  replaceWith(other: UnitTable): void {
    this.clear();
    this.#sql.exec(
      `INSERT INTO ${this.#units} (hash, state, exposed_at) SELECT hash, state, exposed_at FROM ${other.#units}`,
    );
    this.#sql.exec(
      `INSERT INTO ${this.#fingerprints} (hash, mark) SELECT hash, mark FROM ${other.#fingerprints}`,
    );
    other.clear();
  }
}
