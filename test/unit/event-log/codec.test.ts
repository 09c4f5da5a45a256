import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntries, encodeBatch } from "#event-log/codec.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { packJson, unpackJson } from "#store/pack.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("😀🙈", "constructor", "control", ""));
const key = text.filter((name) => name !== "__proto__");
const moment = fc.integer({ min: 0, max: 2_000_000_000_000 });
const values = fc.dictionary(
  key,
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  {
    maxKeys: 4,
  },
);
const properties = fc.dictionary(key, fc.oneof(text, fc.boolean(), fc.integer()), { minKeys: 1, maxKeys: 4 });
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const yes = optional(fc.constant<true>(true));

const common = {
  unit: text,
  variant: text,
  at: moment,
  phase: optional(fc.integer({ min: 1, max: 199 })),
  isReturning: yes,
  key: optional(text),
  vouchedBy: optional(fc.constantFrom("token" as const, "nobody" as const)),
  signedBy: optional(text),
};
const entry: fc.Arbitrary<LogEntry> = fc.oneof(
  fc.record({
    kind: fc.constant("exposure" as const),
    ...common,
    receivedAt: optional(moment),
    covariates: optional(fc.dictionary(key, fc.integer(), { minKeys: 1, maxKeys: 3 })),
    fromHistory: yes,
    attributes: optional(properties),
  }),
  fc.record({
    kind: fc.constant("erasure" as const),
    unit: text,
    at: moment,
    phase: optional(fc.integer({ min: 1, max: 199 })),
    wasCounted: yes,
  }),
  fc.record({
    kind: fc.constant("outcome" as const),
    ...common,
    id: text,
    receivedAt: moment,
    metrics: values,
    isLate: yes,
    properties: optional(properties),
  }),
);

// JSON has no −0.
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("log entries", () => {
  it("come out of the log as they went in, batch by batch", () => {
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (all, first) => {
          const batches = [all.slice(0, first), all.slice(first)].filter(({ length }) => length > 0);
          const stored = packJson(`[${batches.map(encodeBatch).join(",")}]`);
          expect(asJson(decodeEntries(unpackJson(stored)))).toEqual(asJson(all));
        },
      ),
    );
  });

  it("come out up to one of their batches, and not at all where batches are joined", () => {
    fc.assert(
      fc.property(fc.array(fc.array(entry), { minLength: 1 }), fc.nat(), (batches, place) => {
        const wanted = 1 + (place % batches.length);
        const list = `[${batches.map(encodeBatch).join(",")}]`;
        const expected = batches.slice(0, wanted).flat();
        expect(asJson(decodeEntries(list, wanted))).toEqual(asJson(expected));
        expect(decodeEntries(encodeBatch(batches.flat()), wanted)).toEqual([]);
      }),
    );
  });

  it("of earlier versions, which stored records, are still read", () => {
    const record = { k: "outcome", id: "1", u: "u", v: "a", t: 5, r: 7, m: { task_success: 1 }, a: "key" };
    const outcome = { kind: "outcome", id: "1", unit: "u", variant: "a", at: 5, receivedAt: 7, key: "key" };
    expect(decodeEntries(unpackJson(JSON.stringify([record])))).toMatchObject([
      { ...outcome, metrics: { task_success: 1 } },
    ]);
  });

  it("of a thousand different sets of metrics take no more room than their values", () => {
    const entries = Array.from({ length: 1_000 }, (_, index): LogEntry => {
      const metrics = Object.fromEntries(
        Array.from({ length: 50 }, (_key, metric) => [`m${index}_${metric}`, metric]),
      );
      return {
        kind: "outcome",
        id: `${index}`,
        unit: `${index}`,
        variant: "a",
        at: 1,
        receivedAt: 1,
        metrics,
      };
    });
    expect(encodeBatch(entries).length).toBeLessThan(1_000_000);
  });
});
