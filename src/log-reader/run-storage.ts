import type * as z from "zod";

/** Three bytes each at most, so that a part stays below the 2,000,000 bytes that a value may have. */
const MAXIMUM_PART_CHARACTERS = 600_000;

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** A text in parts, none of which ends within a character: alone, half of one cannot be stored. */
function* partsOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = start + MAXIMUM_PART_CHARACTERS;
    const next = isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
    yield text.slice(start, next);
    start = next;
  }
}

/** What a log reader keeps: named values of any size as JSON, and rows of units. Everything here is synchronous. */
export class RunStorage {
  readonly sql: SqlStorage;
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.sql = storage.sql;
  }

  /** Makes the tables, where there are none. */
  open(): void {
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS value (
        name TEXT NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (name, part)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS unit (
        name TEXT NOT NULL, part TEXT NOT NULL, state BLOB NOT NULL, PRIMARY KEY (name, part)
      ) WITHOUT ROWID;`);
  }

  /** A value as it was written. */
  read<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  }

  /** The JSON of a value. */
  text(name: string): string | undefined {
    const rows = this.sql.exec("SELECT text FROM value WHERE name = ? ORDER BY part", name).toArray();
    return rows.length === 0 ? undefined : rows.map(({ text }) => String(text)).join("");
  }

  write(name: string, value: unknown): void {
    this.remove(name);
    let part = 0;
    for (const text of partsOf(JSON.stringify(value)))
      this.sql.exec("INSERT INTO value (name, part, text) VALUES (?, ?, ?)", name, part++, text);
  }

  remove(name: string): void {
    this.sql.exec("DELETE FROM value WHERE name = ?", name);
  }

  forgetUnits(): void {
    this.sql.exec("DELETE FROM unit");
  }

  clear(): void {
    this.forgetUnits();
    this.sql.exec("DELETE FROM value");
  }

  /** All or nothing. */
  transaction<Value>(work: () => Value): Value {
    return this.#storage.transactionSync(work);
  }
}
