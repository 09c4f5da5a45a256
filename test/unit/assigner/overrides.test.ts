import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignIn } from "#assigner/assign.ts";
import { explainAssignment } from "#assigner/explain.ts";
import { overrideHashOf } from "#assigner/override-hash.ts";
import type { PreparedConfig } from "#assigner/prepared-ruleset.ts";
import { explainExperiment } from "#reporter/explain-assignment.ts";
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";

function configOf(...experiments: Parameters<typeof rulesetOf>): PreparedConfig {
  const config = rulesetOf(...experiments).configs.get("answer");
  if (!config) throw new Error("the builder's AI config is missing");
  return config;
}

/** An experiment that most units are outside of, by every check that there is. */
const NARROW = {
  coverage: 0.1,
  namespace: { name: "shared", range: [0, 0.1] as [number, number] },
  condition: { country: "ch" },
};

const unit = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
const forced = (name: string, variant: string | null, experiment = "first") => ({
  unit: overrideHashOf(experiment, name),
  variant,
});

function answerOf(config: PreparedConfig, name: string) {
  const result = assignIn(config, name);
  if (!result.ok) throw new Error(result.code);
  const { experiment, variant, version, reason } = result.assignment;
  return { experiment, variant, version, reason };
}

describe("a unit that is overridden", () => {
  it("gets the variant that it is forced to, whatever the experiment asks for, and takes no part", () => {
    fc.assert(
      fc.property(unit, fc.constantFrom("arm-0", "arm-1"), (name, variant) => {
        const experiment = rulesetExperiment("first", [0.5, 0.5], {
          ...NARROW,
          overrides: [forced(name, variant)],
        });
        const version = experiment.variants.find(({ key }) => key === variant)?.version;
        const expected = { experiment: null, variant: null, version, reason: "OVERRIDE" };
        expect(answerOf(configOf(experiment), name)).toEqual(expected);
      }),
    );
  });

  it("is treated as if there were no such experiment where it is excluded", () => {
    fc.assert(
      fc.property(unit, (name) => {
        const first = rulesetExperiment("first", [0.5, 0.5], { overrides: [forced(name, null)] });
        const second = rulesetExperiment("second", [0.5, 0.5]);
        expect(answerOf(configOf(first, second), name)).toEqual(answerOf(configOf(second), name));
        expect(answerOf(configOf(first), name)).toMatchObject({ experiment: null, reason: "DEFAULT" });
      }),
    );
  });

  it("gets no variant that was switched off", () => {
    const experiment = rulesetExperiment("first", [0.5, 0.5], {
      overrides: [forced("ann", "arm-1")],
      switchedOff: ["arm-1"],
    });
    expect(answerOf(configOf(experiment), "ann")).toMatchObject({ version: 1, reason: "DEFAULT" });
  });

  it("moves nobody else", () => {
    fc.assert(
      fc.property(unit, fc.uniqueArray(unit, { maxLength: 20 }), (name, others) => {
        fc.pre(!others.includes(name));
        const overrides = others.map((other) => forced(other, "arm-1"));
        const plain = configOf(rulesetExperiment("first", [0.5, 0.5]));
        const overriding = configOf(rulesetExperiment("first", [0.5, 0.5], { overrides }));
        expect(answerOf(overriding, name)).toEqual(answerOf(plain, name));
      }),
      { numRuns: 500 },
    );
  });

  it("is told why", () => {
    const experiment = rulesetExperiment("first", [0.5, 0.5], {
      overrides: [forced("ann", "arm-1"), forced("bob", null)],
    });
    const second = rulesetExperiment("second", [0.5, 0.5]);
    const config = configOf(experiment, second);
    const ann = explainAssignment(config, "ann");
    expect(ann.experiments.map(({ outcome, forcedVariant }) => [outcome, forcedVariant])).toEqual([
      ["forced", "arm-1"],
    ]);
    const bob = explainAssignment(config, "bob");
    expect(bob.experiments.map(({ outcome }) => outcome)).toEqual(["excluded", "assigned"]);
    for (const one of [...ann.experiments, ...bob.experiments])
      expect(explainExperiment(one)).toMatch(/^'(first|second)' .*\.$/);
    expect(ann.result).toBe(assignIn(config, "ann"));
    expect(bob.result).toBe(assignIn(config, "bob"));
  });
});

describe("what stands for a unit", () => {
  it("differs between units and between experiments, and is 16 hexadecimal digits", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => overrideHashOf("first", `user-${index}`));
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[0-9a-f]{16}$/.test(name))).toBe(true);
    expect(overrideHashOf("first", "ann")).not.toBe(overrideHashOf("second", "ann"));
  });
});
