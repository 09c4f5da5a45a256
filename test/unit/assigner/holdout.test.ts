import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignIn } from "#assigner/assign.ts";
import { explainAssignment } from "#assigner/explain.ts";
import { bucketOf, hashStateAfter } from "#assigner/hash.ts";
import { holdoutGroupOf } from "#assigner/holdout.ts";
import { overrideHashOf } from "#assigner/override-hash.ts";
import { type PreparedConfig, prepareConfig } from "#assigner/prepared-ruleset.ts";
import { variantInPhase } from "#assigner/variant-in-phase.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import { explainHoldout } from "#reporter/explain-assignment.ts";
import { rulesetExperiment, rulesetHoldout } from "#tools/builders/ruleset-builder.ts";

const VERSIONS = 10;
const VALUES = new Map(
  Array.from({ length: VERSIONS }, (_, index) => [index + 1, { model: `model-${index + 1}` }] as const),
);
const HELD_VERSION = 1;
const UNITS = Array.from({ length: 300 }, (_, index) => `user-${index}`);

const holdout = rulesetHoldout("winter", 0.2, HELD_VERSION);

function groupOf(config: PreparedConfig, unit: string) {
  return config.holdout && holdoutGroupOf(config.holdout, unit);
}

function assignmentOf(config: PreparedConfig, unit: string) {
  const result = assignIn(config, unit);
  if (!result.ok) throw new Error(result.code);
  return result.assignment;
}

const version = fc.integer({ min: 2, max: VERSIONS });
const weight = fc.double({ min: 0.05, max: 0.95, noNaN: true });

/** An experiment or a stage of a release, as it may be at some time. */
const experiment = fc
  .record({
    key: fc.stringMatching(/^[a-z]{1,8}$/),
    share: weight,
    coverage: fc.constantFrom(0.1, 0.5, 1),
    control: version,
    treatment: version,
    status: fc.constantFrom("running" as const, "running" as const, "paused" as const, "promoted" as const),
    isOff: fc.boolean(),
    isStage: fc.boolean(),
  })
  .map(({ key, share, coverage, control, treatment, status, isOff, isStage }) =>
    rulesetExperiment(key, [1 - share, share], {
      variants: [
        { key: "arm-0", version: control, weight: 1 - share },
        { key: "arm-1", version: treatment, weight: share },
      ],
      coverage: isStage ? 1 : coverage,
      status,
      ...(isOff && { switchedOff: ["arm-1"] }),
      ...(isStage && {
        growth: [
          [0.5, 1],
          [0, 0.5],
        ],
      }),
    }),
  );

/** What happens to an AI config one after the other: what is live, and which experiments and releases there are. */
const states = fc.array(
  fc.record({
    liveVersion: fc.integer({ min: 1, max: VERSIONS }),
    experiments: fc.array(experiment, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe("a holdout over any sequence of promotions, releases and experiments", () => {
  it("gives its units the version from its start, and nothing else, in no experiment", () => {
    fc.assert(
      fc.property(states, (sequence) => {
        for (const { liveVersion, experiments } of sequence) {
          const config = prepareConfig("answer", liveVersion, VALUES, experiments, holdout);
          for (const unit of UNITS) {
            if (groupOf(config, unit) !== HELD_OUT) continue;
            expect(assignmentOf(config, unit)).toMatchObject({
              version: HELD_VERSION,
              experiment: "winter",
              variant: HELD_OUT,
              phase: 0,
              reason: "HOLDOUT",
            });
          }
        }
      }),
    );
  });

  it("changes nothing for everybody else, but that the comparison is counted where no experiment counts it", () => {
    fc.assert(
      fc.property(states, (sequence) => {
        for (const { liveVersion, experiments } of sequence) {
          const config = prepareConfig("answer", liveVersion, VALUES, experiments, holdout);
          const without = prepareConfig("answer", liveVersion, VALUES, experiments);
          for (const unit of UNITS) {
            const group = groupOf(config, unit);
            if (group === HELD_OUT) continue;
            const before = assignmentOf(without, unit);
            const isCounted = group === COMPARISON && before.experiment === null;
            expect(assignmentOf(config, unit)).toEqual(
              isCounted ? { ...before, experiment: "winter", variant: COMPARISON, phase: 0 } : before,
            );
          }
        }
      }),
    );
  });

  it("says the group that the intake expects of a unit", () => {
    const config = prepareConfig("answer", 1, VALUES, [], holdout);
    for (const unit of UNITS) expect(groupOf(config, unit)).toBe(variantInPhase(holdout, 0, unit));
  });
});

const MANY = Array.from({ length: 100_000 }, (_, index) => `customer-${index}`);

/** Pearson's chi-square of a table of counts. */
function chiSquare(table: readonly (readonly number[])[]): number {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = (table[0] ?? []).map((_, index) => table.reduce((sum, row) => sum + (row[index] ?? 0), 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  return table
    .flatMap((row, r) =>
      row.map((count, c) => {
        const expected = ((rows[r] ?? 0) * (columns[c] ?? 0)) / total;
        return (count - expected) ** 2 / expected;
      }),
    )
    .reduce((sum, part) => sum + part, 0);
}

describe("the groups of a holdout", () => {
  const config = prepareConfig("answer", 1, VALUES, [], holdout);

  it("have the share that was asked for each", () => {
    const groups = Map.groupBy(MANY, (unit) => groupOf(config, unit));
    for (const group of [HELD_OUT, COMPARISON] as const) {
      const share = (groups.get(group)?.length ?? 0) / MANY.length;
      // Four standard errors of a share of 0.2.
      expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / MANY.length));
    }
  });

  it("are independent of an experiment's buckets and of another holdout's groups", () => {
    const deciles = (seed: string) => {
      const state = hashStateAfter(seed);
      return (unit: string) => Math.floor(bucketOf(state, unit) * 10);
    };
    const other = prepareConfig("answer", 1, VALUES, [], rulesetHoldout("spring", 0.2));
    const places = ["winter", "larger-model", "a"].map(deciles);
    const ofOther = (unit: string) => [HELD_OUT, COMPARISON, undefined].indexOf(groupOf(other, unit));
    for (const [place, columns] of [...places.map((one) => [one, 10] as const), [ofOther, 3] as const]) {
      const table = [HELD_OUT, COMPARISON].map(() => new Array<number>(columns).fill(0));
      for (const unit of MANY) {
        const group = groupOf(config, unit);
        const row = group && table[group === HELD_OUT ? 0 : 1];
        const column = place(unit);
        if (row) row[column] = (row[column] ?? 0) + 1;
      }
      // The 0.1 % quantile of chi-square with 9 degrees of freedom; with 2 it is smaller.
      expect(chiSquare(table)).toBeLessThan(27.9);
    }
  });
});

/** A unit of a group. */
function unitOf(config: PreparedConfig, group: string | undefined): string {
  const unit = UNITS.find((one) => groupOf(config, one) === group);
  if (unit === undefined) throw new Error("no unit is in this group");
  return unit;
}

function configWith(...experiments: RulesetExperiment[]): PreparedConfig {
  return prepareConfig("answer", 1, VALUES, experiments, holdout);
}

describe("an override", () => {
  it("comes before a holdout, and its unit counts nowhere", () => {
    const unit = unitOf(configWith(), HELD_OUT);
    const overrides = [{ unit: overrideHashOf("first", unit), variant: "arm-1" }];
    const config = configWith(rulesetExperiment("first", [0.5, 0.5], { overrides }));
    expect(assignmentOf(config, unit)).toMatchObject({ version: 2, experiment: null, reason: "OVERRIDE" });
    const { holdout: explained, experiments, result } = explainAssignment(config, unit);
    expect(experiments.map(({ outcome }) => outcome)).toEqual(["forced"]);
    if (!explained || !result.ok) throw new Error("nothing was explained");
    expect(explainHoldout(explained, result.assignment)).toContain("by name");
  });
});

describe("an explanation", () => {
  it("tells the step of the holdout before all others, for every group", () => {
    const config = configWith(rulesetExperiment("first", [0.5, 0.5]));
    for (const group of [HELD_OUT, COMPARISON, undefined]) {
      const { holdout: explained, experiments, result } = explainAssignment(config, unitOf(config, group));
      if (!explained || !result.ok) throw new Error("nothing was explained");
      expect(explained).toMatchObject({ holdout: "winter", group: group ?? null });
      expect(experiments).toHaveLength(group === HELD_OUT ? 0 : 1);
      expect(explainHoldout(explained, result.assignment)).toMatch(/^The holdout 'winter' .*\.$/);
    }
  });
});
