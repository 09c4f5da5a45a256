import { DOUBLE, FIRST_FREE, FIRST_TAG, scaleOf } from "./number-tags.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads what a `ByteWriter` has written. Throws where the bytes end too early or were not written so: they are damaged. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: ArrayBuffer) {
    this.#bytes = new Uint8Array(bytes);
    this.#view = new DataView(bytes);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next byte, which stays. */
  peek(): number {
    return this.#view.getUint8(this.#at);
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  integer(): number {
    let value = 0;
    for (let weight = 1; weight <= 2 ** 49; weight *= 128) {
      const byte = this.byte();
      value += (byte % 128) * weight;
      if (byte < 128) return this.#safe(value);
    }
    throw new Error("an integer in a row is too long");
  }

  #safe(value: number): number {
    if (!Number.isSafeInteger(value)) throw new Error("an integer in a row is too large");
    return value;
  }

  signed(): number {
    const value = this.integer();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  fingerprint(): number {
    const low = this.#view.getUint32(this.#at, true);
    const middle = this.#view.getUint16(this.#at + 4, true);
    const high = this.#view.getUint8(this.#at + 6);
    this.#at += 7;
    return this.#safe(high * 0x1_0000_0000_0000 + middle * 0x1_0000_0000 + low);
  }

  number(): number {
    const tag = this.byte();
    if (tag < FIRST_TAG) return tag;
    if (tag >= FIRST_FREE) throw new Error("a row has something else where a number is expected");
    if (tag < DOUBLE) return this.integer() / scaleOf(tag);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  text(): string {
    const length = this.integer();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("a text in a row ends behind the row");
    const text = decoder.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  /** A list with its length before it. @param read one element */
  list<Element>(read: () => Element): Element[] {
    const length = this.integer();
    if (length > this.#bytes.length) throw new RangeError("a list in a row is longer than the row");
    return Array.from({ length }, read);
  }
}
