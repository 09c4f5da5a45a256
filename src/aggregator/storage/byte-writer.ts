import { DOUBLE, decimalTag, FIRST_TAG, MAXIMUM_DECIMALS } from "./number-tags.ts";

const FINGERPRINT_BYTES = 7;
const FIRST_CAPACITY = 4_096;
const encoder = new TextEncoder();

/** Writes numbers and texts one after the other, each in as few bytes as it needs. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** A copy of what has been written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** An integer from 0 to 2^53 − 1: seven bits a byte, the lowest first. */
  integer(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** An integer of either sign, up to 2^52. */
  signed(value: number): void {
    this.integer(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** 53 bits that are all random. */
  fingerprint(value: number): void {
    this.#reserve(FINGERPRINT_BYTES);
    this.#view.setUint32(this.#length, value % 0x1_0000_0000, true);
    this.#view.setUint16(this.#length + 4, (value / 0x1_0000_0000) & 0xffff, true);
    this.#view.setUint8(this.#length + 6, value / 0x1_0000_0000_0000);
    this.#length += FINGERPRINT_BYTES;
  }

  /** Any number, exactly. Small integers take one byte, decimal fractions as many as their digits need, others nine. */
  number(value: number): void {
    if (value >= 0 && value < FIRST_TAG && Number.isInteger(value) && !Object.is(value, -0)) {
      this.byte(value);
      return;
    }
    const magnitude = Math.abs(value);
    let scale = 1;
    for (let decimals = 0; decimals <= MAXIMUM_DECIMALS && magnitude > 0; decimals++) {
      const digits = Math.round(magnitude * scale);
      if (digits > Number.MAX_SAFE_INTEGER) break;
      if (digits / scale === magnitude) {
        this.byte(decimalTag(decimals, value < 0));
        this.integer(digits);
        return;
      }
      scale *= 10;
    }
    this.byte(DOUBLE);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(value: string): void {
    const bytes = encoder.encode(value);
    this.integer(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}
