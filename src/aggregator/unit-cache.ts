import type { UnitState } from "#ledger/unit-state.ts";

/** Units kept in memory though nothing of them has to be written: those seen last, and as many before them. */
const UNITS_PER_GENERATION = 10_000;

/** Units in memory, over those in the database. */
export class UnitCache {
  readonly #read: (hashes: readonly string[]) => ReadonlyMap<string, UnitState>;
  #newer = new Map<string, UnitState>();
  #older = new Map<string, UnitState>();
  #changed = new Map<string, UnitState>();
  /** Units that the database may still hold, though there are none. */
  #removed = new Set<string>();

  /** @param read those of these units that the database holds */
  constructor(read: (hashes: readonly string[]) => ReadonlyMap<string, UnitState>) {
    this.#read = read;
  }

  /** How many have changed since they were written. */
  get changed(): number {
    return this.#changed.size;
  }

  /** Whether anything has to be written. */
  get hasChanged(): boolean {
    return this.#changed.size > 0 || this.#removed.size > 0;
  }

  /** Makes units available to `get`, as far as they exist; until the next call none of them is forgotten. */
  load(hashes: ReadonlySet<string>): void {
    if (this.#newer.size >= UNITS_PER_GENERATION) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    const missing: string[] = [];
    for (const hash of hashes) {
      if (this.#newer.has(hash)) continue;
      const state = this.#changed.get(hash) ?? this.#older.get(hash);
      if (state) this.#newer.set(hash, state);
      else if (!this.#removed.has(hash)) missing.push(hash);
    }
    if (missing.length === 0) return;
    for (const [hash, state] of this.#read(missing)) this.#newer.set(hash, state);
  }

  /** A unit that was loaded, or has changed since; undefined where there is none. */
  get(hash: string): UnitState | undefined {
    return this.#newer.get(hash);
  }

  /** Notes that a unit's state is another one than before. */
  set(hash: string, state: UnitState): void {
    this.#newer.set(hash, state);
    this.#changed.set(hash, state);
  }

  /** Forgets a unit; what comes of it later is a new one. */
  remove(hash: string): void {
    this.#newer.delete(hash);
    this.#older.delete(hash);
    this.#changed.delete(hash);
    this.#removed.add(hash);
  }

  /** The units that have been removed since the last call; some may be there again, and are among the changed ones. */
  takeRemoved(): string[] {
    const removed = [...this.#removed];
    this.#removed = new Set();
    return removed;
  }

  /** The units that have changed since the last call. */
  takeChanged(): ReadonlyMap<string, UnitState> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }
}
