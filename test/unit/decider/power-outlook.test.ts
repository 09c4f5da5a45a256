import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PowerOutlookInput, powerOutlookOf } from "#decider/power-outlook.ts";
import { describeOutlook } from "#reporter/describe-outlook.ts";
import { spec } from "#tools/builders/moments-builder.ts";

const DAY = 86_400_000;
const planned = {
  ...spec({ maximumUnits: 10_000, maximumDurationSeconds: 10 * 86_400 }),
  horizon: "maximum",
} as const;

function outlook(overrides: Partial<PowerOutlookInput> = {}) {
  const input = {
    spec: planned,
    startedAt: 0,
    units: 1_000,
    earlier: null,
    now: 2 * DAY,
  };
  return powerOutlookOf({ ...input, ...overrides });
}

describe("The outlook of an experiment with a maximum duration", () => {
  it("is what its traffic of the last day makes of the days that are left", () => {
    const found = outlook({ earlier: { units: 900, takenAt: DAY } });
    expect(found).toMatchObject({ unitsPerDay: 100, daysLeft: 8, units: 1_800, standing: "too_little" });
    expect(found?.power).toBeLessThan(0.2);
  });

  it("has the 80 % that the maximum was chosen for where all of its units come", () => {
    const found = outlook({ units: 4_000 });
    expect(found).toMatchObject({ units: 10_000, standing: "enough" });
    expect(found?.power).toBeCloseTo(0.8, 6);
  });

  it("has more power with more units, and none without any", () => {
    const units = fc.integer({ min: 1, max: 12_000 });
    fc.assert(
      fc.property(units, units, (some, others) => {
        const [fewer, more] = [Math.min(some, others), Math.max(some, others)];
        const at = (count: number) => outlook({ units: count, now: 10 * DAY })?.power ?? Number.NaN;
        expect(at(fewer)).toBeLessThanOrEqual(at(more) + 1e-9);
      }),
    );
    expect(outlook({ units: 0 })).toMatchObject({ power: 0, standing: "too_little" });
  });

  it("is not told of what was hardly observed, or counted anew meanwhile", () => {
    expect(outlook({ now: DAY / 2 })).toBeUndefined();
    expect(outlook({ earlier: { units: 1_001, takenAt: DAY } })).toBeUndefined();
  });

  it("is told only where both maxima are given, and not of stages", () => {
    expect(outlook({ spec: spec({ maximumUnits: 10_000 }) })).toBeUndefined();
    expect(outlook({ spec: spec({ maximumDurationSeconds: 86_400 }) })).toBeUndefined();
    const release = {
      origin: null,
      name: "r",
      stages: [{ share: 0.5, seconds: 60 }],
      stage: 0,
      previousVersion: 1,
    };
    expect(outlook({ spec: { ...planned, release } })).toBeUndefined();
  });

  it("goes by the share of the units where the rule proves no difference", () => {
    const rule = { type: "best_arm", tolerance: 0, delta: 0.05 } as const;
    const at = (units: number) => outlook({ spec: { ...planned, rule }, units, now: 10 * DAY });
    expect(at(4_999)).toMatchObject({ power: null, standing: "too_little" });
    expect(at(5_500)).toMatchObject({ standing: "unclear" });
    expect(at(6_000)).toMatchObject({ standing: "enough" });
  });
});

describe("The words for an outlook", () => {
  it("say what will be there, what that finds, and what to do", () => {
    const found = { unitsPerDay: 100, daysLeft: 8, units: 1_800, maximumUnits: 10_000, power: 0.12 };
    expect(describeOutlook(found, 0.5)).toBe(
      "At the present 100 units a day it will have 1,800 of its 10,000 units when its maximum duration ends in 8 d. What it would find in 80% of cases with all of them it then finds in 12%. Give it more traffic (its coverage is 50%), raise its maximum duration, or expect it to prove larger differences alone.",
    );
    expect(describeOutlook({ ...found, power: null }, 1)).not.toMatch(/80%|coverage|null/);
  });
});
