import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteReader } from "#aggregator/storage/byte-reader.ts";
import { ByteWriter } from "#aggregator/storage/byte-writer.ts";
import type { ExposureEntry } from "#ledger/log-entry.ts";
import { readExposures, writeExposures } from "#log-reader/exposure-row.ts";

const NAMES = { variants: ["control", "treatment"], metrics: ["cost_usd"] };

const exposure = fc.record<ExposureEntry, "kind" | "unit" | "variant" | "at">(
  {
    kind: fc.constant("exposure"),
    unit: fc.string(),
    variant: fc.constantFrom("control", "treatment", "other"),
    at: fc.integer(),
    receivedAt: fc.integer(),
    covariates: fc.dictionary(fc.constantFrom("cost_usd", "other"), fc.double({ noNaN: true }), {
      noNullPrototype: true,
    }),
    fromHistory: fc.constant(true),
    attributes: fc.dictionary(
      fc.constantFrom("task", "tier"),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
      {
        noNullPrototype: true,
      },
    ),
    key: fc.string(),
    vouchedBy: fc.constantFrom("token", "nobody"),
    signedBy: fc.string(),
    phase: fc.nat(),
    isReturning: fc.constant(true),
  },
  { requiredKeys: ["kind", "unit", "variant", "at"] },
);

it("exposures are read as they were written", () => {
  fc.assert(
    fc.property(fc.array(exposure), (exposures) => {
      const writer = new ByteWriter();
      writeExposures(writer, exposures, NAMES);
      const reader = new ByteReader(writer.toBytes().buffer);
      expect(readExposures(reader, NAMES)).toEqual(exposures);
      expect(reader.isAtEnd).toBe(true);
    }),
  );
});
