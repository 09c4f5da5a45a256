import { ByteWriter } from "./byte-writer.ts";
import { MAXIMUM_VALUE_BYTES } from "./slices.ts";

/** What a row holds beside its bytes. */
type Fields = readonly (string | number | null)[];

/**
 * Collects rows that hold bytes, and hands them over in lots of bounded size: the bytes of all of a lot as one value, and as JSON for
 * each row its fields, the place of its first byte counted from 1, and how many it has.
 */
export class RowBatch {
  readonly #placeBytes: number;
  readonly #store: (bytes: Uint8Array<ArrayBuffer>, rows: string) => void;
  readonly #writer = new ByteWriter();
  #rows: Fields[] = [];

  /** @param placeBytes more than the fields and the place of a row take as JSON */
  constructor(placeBytes: number, store: (bytes: Uint8Array<ArrayBuffer>, rows: string) => void) {
    this.#placeBytes = placeBytes;
    this.#store = store;
  }

  /** @param write writes the row's bytes: below 1,000,000 of them */
  add(fields: Fields, write: (writer: ByteWriter) => void): void {
    const start = this.#writer.length;
    write(this.#writer);
    this.#rows.push([...fields, start + 1, this.#writer.length - start]);
    if (Math.max(this.#writer.length, this.#rows.length * this.#placeBytes) >= MAXIMUM_VALUE_BYTES)
      this.flush();
  }

  /** Hands over what is left. */
  flush(): void {
    if (this.#rows.length === 0) return;
    this.#store(this.#writer.toBytes(), JSON.stringify(this.#rows));
    this.#writer.clear();
    this.#rows = [];
  }
}
