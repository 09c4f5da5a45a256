import { GrowthBook } from "@growthbook/growthbook";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chiSquareUpperTail } from "#analyzer/distributions/index.ts";
import { assign } from "#assigner/assign.ts";
import { bucketRanges } from "#assigner/bucket-ranges.ts";
import { bucketOf, fnv32a, fnv32aOfDigits, hashStateAfter, namespaceBucketOf } from "#assigner/hash.ts";
import type { PreparedRuleset } from "#assigner/prepared-ruleset.ts";
import type { JsonObject } from "#shared/json.ts";
import vectors from "#test/vectors/assignment.json" with { type: "json" };
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";

function assignmentOf(ruleset: PreparedRuleset, unit: string, attributes: JsonObject = {}) {
  const result = assign(ruleset, "answer", unit, attributes);
  if (!result.ok) throw new Error(result.code);
  return result.assignment;
}

const SPLITS = {
  "50/50": [0.5, 0.5],
  "90/10": [0.9, 0.1],
  "33/33/34": [0.33, 0.33, 0.34],
  "ten arms": new Array<number>(10).fill(0.1),
};

const unit = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });

describe("hashing", () => {
  it("buckets every unit as the specification's formula does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (seed, unit) => {
        expect(bucketOf(hashStateAfter(seed), unit)).toBe(
          (fnv32a(String(fnv32a(seed + unit))) % 10_000) / 10_000,
        );
        expect(namespaceBucketOf(`__${seed}`, unit)).toBe((fnv32a(`${unit}__${seed}`) % 1_000) / 1_000);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    "hashes numbers of %i digits as it does their text",
    (digits) => {
      const smallest = digits === 1 ? 0 : 10 ** (digits - 1);
      const largest = Math.min(10 ** digits, 2 ** 32) - 1;
      const number = fc.integer({ min: smallest, max: largest });
      const agrees = (value: number) => fnv32aOfDigits(value) === fnv32a(String(value));
      fc.assert(fc.property(number, agrees), { numRuns: 2_000, examples: [[smallest], [largest]] });
    },
  );

  it.each(vectors.fnv32a)("hashes $text as the specification does", ({ text, hash }) => {
    expect(fnv32a(text)).toBe(hash);
  });

  it("agrees with the golden buckets, beyond ASCII too", () => {
    for (const { seed, unit, bucket } of vectors.bucket) {
      expect(bucketOf(hashStateAfter(seed), unit)).toBe(bucket);
    }
    for (const { namespace, unit, bucket } of vectors.namespaceBucket) {
      expect(namespaceBucketOf(`__${namespace}`, unit)).toBe(bucket);
    }
  });

  it.each(vectors.ranges)(
    "cuts $weights at coverage $coverage into the golden ranges",
    ({ weights, coverage, ranges }) => {
      for (const [index, { start, end }] of bucketRanges(weights, coverage).entries()) {
        expect(start).toBeCloseTo(ranges[index]?.[0] ?? Number.NaN, 12);
        expect(end).toBeCloseTo(ranges[index]?.[1] ?? Number.NaN, 12);
      }
    },
  );
});

describe("splits", () => {
  it.each(Object.entries(SPLITS))("spreads a million units evenly over %s", (name, weights) => {
    const ruleset = rulesetOf(rulesetExperiment(`uniform ${name}`, weights));
    const counts = new Map<string | null, number>();
    const total = 1_000_000;
    for (let index = 0; index < total; index++) {
      const { variant } = assignmentOf(ruleset, `user-${index}`);
      counts.set(variant, (counts.get(variant) ?? 0) + 1);
    }
    const statistic = weights.reduce((sum, weight, index) => {
      const expected = total * weight;
      return sum + ((counts.get(`arm-${index}`) ?? 0) - expected) ** 2 / expected;
    }, 0);
    expect(chiSquareUpperTail(statistic, weights.length - 1)).toBeGreaterThan(1e-4);
  });

  it("assigns experiments with different seeds independently", () => {
    const first = rulesetOf(rulesetExperiment("independent-a", SPLITS["33/33/34"]));
    const second = rulesetOf(rulesetExperiment("independent-b", SPLITS["50/50"]));
    const total = 200_000;
    const cells = new Map<string, number>();
    for (let index = 0; index < total; index++) {
      const cell = `${assignmentOf(first, `user-${index}`).variant}/${assignmentOf(second, `user-${index}`).variant}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    let statistic = 0;
    for (const [row, rowWeight] of SPLITS["33/33/34"].entries()) {
      for (const [column, columnWeight] of SPLITS["50/50"].entries()) {
        const expected = total * rowWeight * columnWeight;
        statistic += ((cells.get(`arm-${row}/arm-${column}`) ?? 0) - expected) ** 2 / expected;
      }
    }
    expect(chiSquareUpperTail(statistic, 5)).toBeGreaterThan(1e-4);
  });

  it("moves nobody when coverage grows", () => {
    const weights = fc.constantFrom(...Object.values(SPLITS));
    const coverages = fc.tuple(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(
        weights,
        coverages,
        fc.array(unit, { minLength: 50, maxLength: 50 }),
        (split, pair, units) => {
          const [smaller, larger] = [Math.min(...pair), Math.max(...pair)];
          const before = rulesetOf(rulesetExperiment("grow", split, { coverage: smaller }));
          const after = rulesetOf(rulesetExperiment("grow", split, { coverage: larger }));
          return units.every((name) => {
            const { variant } = assignmentOf(before, name);
            return variant === null || variant === assignmentOf(after, name).variant;
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives the same unit the same variant on every edge", () => {
    const [here, there] = [1, 2].map(() => rulesetOf(rulesetExperiment("sticky", SPLITS["ten arms"])));
    if (!here || !there) throw new Error("two rulesets were asked for");
    fc.assert(
      fc.property(unit, (name) => assignmentOf(here, name).variant === assignmentOf(there, name).variant),
    );
  });

  it("agrees with GrowthBook's own SDK on every unit", () => {
    const namespace = { name: "layer", range: [0.2, 0.8] as [number, number] };
    const experiment = rulesetExperiment("parity", [0.2, 0.3, 0.5], { coverage: 0.7, namespace });
    const ruleset = rulesetOf(experiment);
    for (let index = 0; index < 20_000; index++) {
      const name = `ünit-${index}-日本`;
      const growthbook = new GrowthBook({ attributes: { id: name } });
      const result = growthbook.run({
        key: "parity",
        seed: "parity",
        hashVersion: 2,
        variations: ["arm-0", "arm-1", "arm-2"],
        weights: [0.2, 0.3, 0.5],
        coverage: 0.7,
        namespace: ["layer", 0.2, 0.8],
      });
      expect(assignmentOf(ruleset, name).variant).toBe(result.inExperiment ? result.value : null);
    }
  });
});

describe("reasons", () => {
  it("serves the live version when no experiment runs", () => {
    expect(assignmentOf(rulesetOf(), "anyone")).toEqual({
      config: "answer",
      value: { model: "model-1" },
      version: 1,
      experiment: null,
      variant: null,
      phase: null,
      reason: "STATIC",
    });
  });

  it("says SPLIT for a unit in a running experiment", () => {
    const ruleset = rulesetOf(rulesetExperiment("running", SPLITS["50/50"]));
    expect(assignmentOf(ruleset, "anyone").reason).toBe("SPLIT");
  });

  it("says TARGETING_MATCH for whom the condition holds, and DEFAULT for everybody else", () => {
    const condition = { country: { $in: ["CA", "US"] }, plan: { $ne: "free" } };
    const ruleset = rulesetOf(rulesetExperiment("targeted", SPLITS["50/50"], { condition }));
    expect(assignmentOf(ruleset, "anyone", { country: "CA", plan: "pro" }).reason).toBe("TARGETING_MATCH");
    expect(assignmentOf(ruleset, "anyone", { country: "DE", plan: "pro" })).toMatchObject({
      reason: "DEFAULT",
      version: 1,
    });
    expect(assignmentOf(ruleset, "anyone").reason).toBe("DEFAULT");
  });

  it("says DISABLED while the experiment is paused, and serves the live version", () => {
    const ruleset = rulesetOf(rulesetExperiment("paused", SPLITS["50/50"], { status: "paused" }));
    expect(assignmentOf(ruleset, "anyone")).toMatchObject({
      reason: "DISABLED",
      experiment: null,
      version: 1,
    });
  });

  it("says DEFAULT for units outside coverage or namespace", () => {
    const ruleset = rulesetOf(rulesetExperiment("tiny", SPLITS["50/50"], { coverage: 0.0001 }));
    expect(assignmentOf(ruleset, "anyone").reason).toBe("DEFAULT");
  });

  it("never puts a unit into two experiments of one namespace", () => {
    const first = rulesetExperiment("left", SPLITS["50/50"], {
      namespace: { name: "layer", range: [0, 0.5] },
    });
    const second = rulesetExperiment("right", SPLITS["50/50"], {
      namespace: { name: "layer", range: [0.5, 1] },
    });
    const [left, right, both] = [rulesetOf(first), rulesetOf(second), rulesetOf(first, second)];
    const seen = new Set<string | null>();
    for (let index = 0; index < 2_000; index++) {
      const name = `user-${index}`;
      const inLeft = assignmentOf(left, name).experiment !== null;
      const inRight = assignmentOf(right, name).experiment !== null;
      expect(inLeft).not.toBe(inRight);
      seen.add(assignmentOf(both, name).experiment);
    }
    expect(seen).toEqual(new Set(["left", "right"]));
  });

  it("hands out answers that nobody can change for others", () => {
    const ruleset = rulesetOf(rulesetExperiment("shared", SPLITS["50/50"]));
    for (const answer of [assign(ruleset, "answer", "anyone"), assign(ruleset, "unknown", "anyone")]) {
      expect(Object.isFrozen(answer)).toBe(true);
      expect(answer.ok && !Object.isFrozen(answer.assignment)).toBe(false);
    }
  });

  it("does not know AI configs that do not exist", () => {
    expect(assign(rulesetOf(), "constructor", "anyone")).toEqual({ ok: false, code: "config_not_found" });
  });
});
