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
