import { deflateRawSync, inflateRawSync } from "node:zlib";

/** What a chunk of the log holds at most once it is unpacked; far beyond what is ever written. */
const MAXIMUM_UNPACKED_BYTES = 32_000_000;

/** Texts that begin with it are as they were written: earlier versions stored JSON arrays. */
const JSON_START = "[";

/** Compresses the text of a chunk. As text again, because D1 hands out bytes as a list of numbers. */
export function packEntries(text: string): string {
  return deflateRawSync(text).toString("base64");
}

/** The text of a chunk. @throws when it was never packed: then what is stored is damaged */
export function unpackEntries(packed: string): string {
  if (packed.startsWith(JSON_START)) return packed;
  const bytes = inflateRawSync(Buffer.from(packed, "base64"), { maxOutputLength: MAXIMUM_UNPACKED_BYTES });
  return bytes.toString("utf8");
}
