import { deflateRawSync, inflateRawSync } from "node:zlib";

/** What a text holds at most once it is unpacked; far beyond what is ever written. */
const MAXIMUM_UNPACKED_BYTES = 64_000_000;

/** Earlier versions stored JSON as it is, which begins with one of these. */
const JSON_START = /^[[{]/;

/** Compresses JSON. As text again, because D1 hands out bytes as a list of numbers. */
export function packJson(json: string): string {
  return deflateRawSync(json).toString("base64");
}

/** The JSON that was packed. @throws when it never was: then what is stored is damaged */
export function unpackJson(packed: string): string {
  if (JSON_START.test(packed)) return packed;
  const bytes = inflateRawSync(Buffer.from(packed, "base64"), { maxOutputLength: MAXIMUM_UNPACKED_BYTES });
  return bytes.toString("utf8");
}

/** What was packed, as the bytes that its text stands for. @throws where the text is not as `packJson` writes it */
export function packedBytes(text: string): Uint8Array {
  const packed = JSON_START.test(text) ? packJson(text) : text;
  const bytes = Buffer.from(packed, "base64");
  if (bytes.toString("base64") !== packed) throw new Error("what is stored was not packed");
  return bytes;
}

/** The text that bytes were. */
export function packedText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
