/** When a unit was erased, and the last row of the outbox that may hold anything of what it was before. */
export interface ErasedUnit {
  /** Epoch milliseconds. */
  at: number;
  sequence: number;
  /** The row of the last erasure that took anything out of the totals or the log; 0 where none did. */
  countedSequence: number;
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
      "SELECT hash, at, sequence, counted_sequence FROM erased WHERE hash IN (SELECT value FROM json_each(?))",
      JSON.stringify([...hashes]),
    );
    for (const { hash, at, sequence, counted_sequence } of rows)
      units.set(String(hash), {
        at: Number(at),
        sequence: Number(sequence),
        countedSequence: Number(counted_sequence),
      });
    return units;
  }

  /** The last row of the outbox with an erasure of a unit that there was anything of; 0 where there is none. */
  lastCountedSequence(): number {
    return Number(this.#sql.exec("SELECT MAX(counted_sequence) AS last FROM erased").one().last ?? 0);
  }

  write(hash: string, { at, sequence, countedSequence }: ErasedUnit): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO erased (hash, at, sequence, counted_sequence) VALUES (?, ?, ?, ?)",
      hash,
      at,
      sequence,
      countedSequence,
    );
    this.#isEmpty = false;
  }
}
