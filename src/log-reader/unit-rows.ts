import { ByteWriter } from "#aggregator/storage/byte-writer.ts";
import { MAXIMUM_VALUE_BYTES, slicesWithin } from "#aggregator/storage/slices.ts";
import type { UnitStore } from "#event-log/bounded-units.ts";

/** How a unit is stored: in parts by name, each of them a row, so that none outgrows what a value may hold. */
export interface UnitCodec<Unit> {
  encode(unit: Unit): Iterable<readonly [part: string, write: (writer: ByteWriter) => void]>;
  decode(parts: UnitParts): Unit;
}
export type UnitParts = ReadonlyMap<string, SqlStorageValue>;

/** Where a row lies among bytes: the place of its first one, counted from 1. */
type RowPlace = [name: string, part: string, start: number, length: number];

/** More than one of them takes as JSON. */
const ROW_PLACE_BYTES = 200;

/** The units of one step of a run, in the database. */
export class UnitRows<Unit> implements UnitStore<Unit> {
  readonly #sql: SqlStorage;
  readonly #prefix: string;
  readonly #codec: UnitCodec<Unit>;

  constructor(sql: SqlStorage, step: number, codec: UnitCodec<Unit>) {
    this.#sql = sql;
    this.#prefix = `${step}:`;
    this.#codec = codec;
  }

  *read(names: readonly string[]): Generator<[name: string, unit: Unit]> {
    for (const slice of slicesWithin(names.map((name) => this.#prefix + name))) {
      yield* this.#units(
        this.#sql.exec(
          `SELECT name, part, state FROM unit WHERE name IN (SELECT value FROM json_each(?))
           ORDER BY name, part`,
          slice,
        ),
      );
    }
  }

  /** All of them, one after the other. */
  *all(): Generator<[name: string, unit: Unit]> {
    // Whatever follows a prefix comes before the character that follows its colon.
    const end = `${this.#prefix.slice(0, -1)};`;
    yield* this.#units(
      this.#sql.exec(
        "SELECT name, part, state FROM unit WHERE name >= ? AND name < ? ORDER BY name, part",
        this.#prefix,
        end,
      ),
    );
  }

  remove(names: readonly string[]): void {
    for (const slice of slicesWithin(names.map((name) => this.#prefix + name)))
      this.#sql.exec("DELETE FROM unit WHERE name IN (SELECT value FROM json_each(?))", slice);
  }

  write(units: ReadonlyMap<string, Unit>): void {
    const writer = new ByteWriter();
    let rows: RowPlace[] = [];
    // Neighbors share a page of the table, which is then read and written once for all of them.
    for (const [name, unit] of [...units].sort(([one], [other]) => (one < other ? -1 : 1))) {
      for (const [part, write] of this.#codec.encode(unit)) {
        const start = writer.length;
        write(writer);
        rows.push([this.#prefix + name, part, start + 1, writer.length - start]);
        if (Math.max(writer.length, rows.length * ROW_PLACE_BYTES) < MAXIMUM_VALUE_BYTES) continue;
        this.#writeRows(writer, rows);
        writer.clear();
        rows = [];
      }
    }
    if (rows.length > 0) this.#writeRows(writer, rows);
  }

  #writeRows(writer: ByteWriter, rows: readonly RowPlace[]): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO unit (name, part, state)
       SELECT value ->> 0, value ->> 1, substr(?, value ->> 2, value ->> 3) FROM json_each(?)`,
      writer.toBytes(),
      JSON.stringify(rows),
    );
  }

  *#units(rows: Iterable<Record<string, SqlStorageValue>>): Generator<[name: string, unit: Unit]> {
    let name: string | undefined;
    let parts = new Map<string, SqlStorageValue>();
    for (const row of rows) {
      const next = String(row.name);
      if (name !== undefined && next !== name) {
        yield [name.slice(this.#prefix.length), this.#codec.decode(parts)];
        parts = new Map();
      }
      name = next;
      parts.set(String(row.part), row.state ?? null);
    }
    if (name !== undefined) yield [name.slice(this.#prefix.length), this.#codec.decode(parts)];
  }
}
