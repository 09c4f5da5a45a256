/** Where units are kept that are not in memory. */
export interface UnitStore<Unit> {
  /** Those of these units that there are, one after the other. */
  read(names: readonly string[]): Iterable<readonly [name: string, unit: Unit]>;
  /** Removes all that there is of units. */
  remove(names: readonly string[]): void;
  write(units: ReadonlyMap<string, Unit>): void;
}

/** An isolate has 128 MB, and shares them with whatever else runs in it. */
const MAXIMUM_BYTES = 24_000_000;

interface Held<Unit> {
  unit: Unit;
  bytes: number;
}

/** Units that are being counted, of which no more are in memory than a number of bytes holds; the others are in a store. */
export class BoundedUnits<Unit> {
  readonly #store: UnitStore<Unit>;
  readonly #bytesOf: (unit: Unit) => number;
  readonly #maximumBytes: number;
  readonly #held = new Map<string, Held<Unit>>();
  #changed = new Map<string, Unit>();
  #removed = new Set<string>();
  #bytes = 0;

  /** @param bytesOf about so much memory a unit takes */
  constructor(store: UnitStore<Unit>, bytesOf: (unit: Unit) => number, maximumBytes = MAXIMUM_BYTES) {
    this.#store = store;
    this.#bytesOf = bytesOf;
    this.#maximumBytes = maximumBytes;
  }

  /** Whether it is time to `write`. */
  get isFull(): boolean {
    return this.#bytes > this.#maximumBytes;
  }

  /**
   * Makes units available to `get`, until the next `write`.
   * @returns false where they are too large together: then `write`, and load fewer. A single one is never too large
   */
  load(names: ReadonlySet<string>): boolean {
    const missing = [...names].filter((name) => !this.#held.has(name) && !this.#removed.has(name));
    for (const [name, unit] of this.#store.read(missing)) {
      this.#hold(name, unit);
      if (this.isFull && names.size > 1) return false;
    }
    return true;
  }

  /** A unit that was loaded; undefined where there is none. */
  get(name: string): Unit | undefined {
    return this.#held.get(name)?.unit;
  }

  /** Notes what has become of a unit. */
  set(name: string, unit: Unit): void {
    this.#hold(name, unit);
    this.#changed.set(name, unit);
  }

  /** Forgets all that there is of a unit; what comes of it later is a new one. */
  remove(name: string): void {
    this.#bytes -= this.#held.get(name)?.bytes ?? 0;
    this.#held.delete(name);
    this.#changed.delete(name);
    this.#removed.add(name);
  }

  /** Brings what has changed into the store, and forgets all units. */
  write(): void {
    // First: one that was removed may be back as a new one.
    this.#store.remove([...this.#removed]);
    this.#store.write(this.#changed);
    this.#removed = new Set();
    this.#changed = new Map();
    this.#held.clear();
    this.#bytes = 0;
  }

  #hold(name: string, unit: Unit): void {
    const bytes = this.#bytesOf(unit);
    const held = this.#held.get(name);
    this.#bytes += bytes - (held?.bytes ?? 0);
    if (held) {
      held.unit = unit;
      held.bytes = bytes;
    } else this.#held.set(name, { unit, bytes });
  }
}
