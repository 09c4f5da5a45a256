import type { ByteWriter } from "#aggregator/storage/byte-writer.ts";
import { RowBatch } from "#aggregator/storage/row-batch.ts";
import { slicesWithin } from "#aggregator/storage/slices.ts";
import type { UnitStore } from "#event-log/bounded-units.ts";

/** How a unit is stored: in parts by name, each of them a row, so that none outgrows what a value may hold. */
export interface UnitCodec<Unit> {
  encode(unit: Unit): Iterable<readonly [part: string, write: (writer: ByteWriter) => void]>;
  decode(parts: UnitParts): Unit;
}
export type UnitParts = ReadonlyMap<string, SqlStorageValue>;

/** More than the names of a row and its place take as JSON. */
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
    const batch = new RowBatch(ROW_PLACE_BYTES, (bytes, rows) =>
      this.#sql.exec(
        `INSERT OR REPLACE INTO unit (name, part, state)
         SELECT value ->> 0, value ->> 1, substr(?, value ->> 2, value ->> 3) FROM json_each(?)`,
        bytes,
        rows,
      ),
    );
    // Neighbors share a page of the table, which is then read and written once for all of them.
    for (const [name, unit] of [...units].sort(([one], [other]) => (one < other ? -1 : 1)))
      for (const [part, write] of this.#codec.encode(unit)) batch.add([this.#prefix + name, part], write);
    batch.flush();
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
