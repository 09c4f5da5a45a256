/** When a unit was erased, and the last row of the outbox that may hold anything of what it was before. */
export interface ErasedUnit {
  /** Epoch milliseconds. */
  at: number;
  sequence: number;
}

/** The units that were erased here. */
export class ErasedTable {
  readonly #sql: SqlStorage;
  #isEmpty: boolean | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Those of these units that were erased. */
  read(hashes: ReadonlySet<string>): ReadonlyMap<string, ErasedUnit> {
    const units = new Map<string, ErasedUnit>();
    this.#isEmpty ??= this.#sql.exec("SELECT 1 FROM erased LIMIT 1").toArray().length === 0;
    if (this.#isEmpty) return units;
    const rows = this.#sql.exec(
      "SELECT hash, at, sequence FROM erased WHERE hash IN (SELECT value FROM json_each(?))",
      JSON.stringify([...hashes]),
    );
    for (const { hash, at, sequence } of rows)
      units.set(String(hash), { at: Number(at), sequence: Number(sequence) });
    return units;
  }

  /** The last row of the outbox with an erasure; 0 where there is none. */
  lastSequence(): number {
    return Number(this.#sql.exec("SELECT MAX(sequence) AS last FROM erased").one().last ?? 0);
  }

  write(hash: string, { at, sequence }: ErasedUnit): void {
    this.#sql.exec("INSERT OR REPLACE INTO erased (hash, at, sequence) VALUES (?, ?, ?)", hash, at, sequence);
    this.#isEmpty = false;
  }
}
