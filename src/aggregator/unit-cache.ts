import { bytesOfUnit, type UnitState } from "#ledger/unit-state.ts";

/** Of the units kept in memory though nothing of them has to be written: those seen last, and as much before them. */
const BYTES_PER_GENERATION = 8_000_000;

/** So much of changed units is held in memory; then they are to be written. */
const MAXIMUM_CHANGED_BYTES = 16_000_000;

/** A unit, and about so much memory it takes. */
interface CachedUnit {
  state: UnitState;
  bytes: number;
}

/** Units in memory, over those in the database. */
export class UnitCache {
  readonly #read: (hashes: readonly string[]) => Iterable<readonly [hash: string, state: UnitState]>;
  #newer = new Map<string, CachedUnit>();
  #newerBytes = 0;
  #older = new Map<string, CachedUnit>();
  #changed = new Map<string, CachedUnit>();
  #changedBytes = 0;
  /** Units that the database may still hold, though there are none. */
  #removed = new Set<string>();

  /** @param read those of these units that the database holds */
  constructor(read: (hashes: readonly string[]) => Iterable<readonly [hash: string, state: UnitState]>) {
    this.#read = read;
  }

  /** Whether anything has to be written. */
  get hasChanged(): boolean {
    return this.#changed.size > 0 || this.#removed.size > 0;
  }

  /** Whether what has changed takes so much memory that it is to be written. */
  get hasManyChanged(): boolean {
    return this.#changedBytes > MAXIMUM_CHANGED_BYTES;
  }

  /** Makes units available to `get`, as far as they exist; until the next call none of them is forgotten. */
  load(hashes: ReadonlySet<string>): void {
    if (this.#newerBytes >= BYTES_PER_GENERATION) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#newerBytes = 0;
    }
    const missing: string[] = [];
    for (const hash of hashes) {
      if (this.#newer.has(hash)) continue;
      const unit = this.#changed.get(hash) ?? this.#older.get(hash);
      if (unit) this.#keep(hash, unit);
      else if (!this.#removed.has(hash)) missing.push(hash);
    }
    if (missing.length === 0) return;
    for (const [hash, state] of this.#read(missing)) this.#keep(hash, { state, bytes: bytesOfUnit(state) });
  }

  /** A unit that was loaded, or has changed since; undefined where there is none. */
  get(hash: string): UnitState | undefined {
    return this.#newer.get(hash)?.state;
  }

  /** Notes that a unit's state is another one than before. */
  set(hash: string, state: UnitState): void {
    const unit = { state, bytes: bytesOfUnit(state) };
    this.#newerBytes -= this.#newer.get(hash)?.bytes ?? 0;
    this.#keep(hash, unit);
    this.#changedBytes += unit.bytes - (this.#changed.get(hash)?.bytes ?? 0);
    this.#changed.set(hash, unit);
  }

  #keep(hash: string, unit: CachedUnit): void {
    this.#newer.set(hash, unit);
    this.#newerBytes += unit.bytes;
  }

  /** Forgets a unit; what comes of it later is a new one. */
  remove(hash: string): void {
    this.#newerBytes -= this.#newer.get(hash)?.bytes ?? 0;
    this.#changedBytes -= this.#changed.get(hash)?.bytes ?? 0;
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
    const changed = new Map([...this.#changed].map(([hash, { state }]) => [hash, state] as const));
    this.#changed = new Map();
    this.#changedBytes = 0;
    return changed;
  }
}
