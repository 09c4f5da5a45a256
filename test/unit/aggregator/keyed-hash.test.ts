import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { keyedHash } from "#aggregator/keyed-hash.ts";

const expected = (secret: string, text: string) =>
  createHmac("sha256", secret).update(text).digest().subarray(0, 16).toString("base64url");

it("a keyed hash is the first 128 bits of HMAC-SHA-256, for every secret and text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
      fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: "binary", maxLength: 300 })),
      (secret, text) => {
        expect(keyedHash(secret)(text)).toBe(expected(secret, text));
      },
    ),
    { numRuns: 2_000 },
  );
});

it("a keyed hash is right at every length at which a block ends", () => {
  const hash = keyedHash("s".repeat(32));
  for (let length = 0; length <= 130; length++) {
    const text = "x".repeat(length);
    expect(hash(text)).toBe(expected("s".repeat(32), text));
  }
});
