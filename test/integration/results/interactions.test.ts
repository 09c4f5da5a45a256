import { describe, expect, it } from "vitest";
import { interactionResultsSchema } from "#model/analysis/interaction.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { recordUnchecked } from "#test/support/record-unchecked.ts";

interface Placement {
  unit: string;
  variant: string;
  otherVariant: string;
  success: number;
}

const CELLS = ["control", "treatment"].flatMap((variant) =>
  ["control", "treatment"].map((otherVariant) => ({ variant, otherVariant })),
);

/** `units` users in every pair of variants; `rate` says how many of ten succeed in a pair. */
function placements(
  units: number,
  rate: (variant: string, otherVariant: string) => number,
  prefix = "user",
): Placement[] {
  return CELLS.flatMap(({ variant, otherVariant }) =>
    Array.from({ length: units }, (_, index) => ({
      unit: `${prefix}-${variant}-${otherVariant}-${index}`,
      variant,
      otherVariant,
      success: index % 10 < rate(variant, otherVariant) ? 1 : 0,
    })),
  );
}

async function log(experiment: string, units: readonly { unit: string; variant: string; success: number }[]) {
  for (let start = 0; start < units.length; start += 1_000) {
    const events = units.slice(start, start + 1_000).map(({ unit, variant, success }) => ({
      id: `${unit}-${variant}`,
      experiment,
      unit,
      variant,
      metrics: { task_success: success },
    }));
    expect(await succeed("POST", "/v1/events", { events })).toMatchObject({ accepted: events.length });
  }
}

/** Two running experiments on the same users. */
async function runBoth(placed: readonly Placement[], shards = 2): Promise<[first: string, other: string]> {
  const [first, other] = [await createExperiment({ shards }), await createExperiment()];
  const units = placed.map(({ unit, variant, otherVariant, success }) => ({
    unit: unitWith(unit, [first, variant], [other, otherVariant]),
    variant,
    otherVariant,
    success,
  }));
  await log(first.key, units);
  await log(
    other.key,
    units.map(({ unit, otherVariant }) => ({ unit, variant: otherVariant, success: 1 })),
  );
  return [first.key, other.key];
}

async function interactionOf(first: string, other: string) {
  return interactionResultsSchema.parse(
    await succeed("GET", `/v1/experiments/${first}/interactions/${other}`),
  );
}

describe("the interaction of two experiments", () => {
  it("is found where a treatment helps under one variant of the other and harms under the other", async () => {
    const [first, other] = await runBoth(
      placements(100, (variant, otherVariant) =>
        variant === "control" ? 5 : otherVariant === "control" ? 8 : 2,
      ),
    );
    const results = await interactionOf(first, other);
    expect(results).toMatchObject({
      verdict: "interacting",
      units: 400,
      comparisons: 1,
      metric: "task_success",
    });
    expect(results.assignment).toMatchObject({ verdict: "independent", test: { statistic: 0, pValue: 1 } });
    const estimates = results.effects.map(({ otherVariant, effect }) => [
      otherVariant,
      effect.status === "ok" ? Math.round(effect.estimate * 10) : effect.reason,
    ]);
    expect(estimates).toEqual([
      ["control", 3],
      ["treatment", -3],
    ]);
    const [difference] = results.differences;
    if (difference?.difference.status !== "ok") throw new Error("no difference");
    // Each cell's variance is p(1 − p) / 99: by hand √((2 · 0.25 + 2 · 0.16) / 99).
    expect(difference.difference.estimate).toBeCloseTo(-0.6, 12);
    expect(difference.difference.standardError).toBeCloseTo(Math.sqrt(0.82 / 99), 12);
    expect(difference.difference.degreesOfFreedom).toBeCloseTo(
      0.82 ** 2 / ((2 * 0.25 ** 2 + 2 * 0.16 ** 2) / 99),
      9,
    );
  });

  it("is not found where both experiments only add up", async () => {
    const [first, other] = await runBoth(
      placements(
        100,
        (variant, otherVariant) => 3 + (variant === "control" ? 0 : 2) + (otherVariant === "control" ? 0 : 3),
      ),
    );
    const results = await interactionOf(first, other);
    expect(results).toMatchObject({ verdict: "none_found", multipleExposureUnits: 0 });
    expect(results.table.map(({ units }) => units)).toEqual([100, 100, 100, 100]);
  });

  it("starts with the assignment: one that depends on the other is named", async () => {
    const lopsided = placements(100, () => 5).filter(
      ({ variant, otherVariant, unit }) => variant === otherVariant || Number(unit.split("-").at(-1)) < 40,
    );
    const [first, other] = await runBoth(lopsided);
    const { assignment } = await interactionOf(first, other);
    expect(assignment.verdict).toBe("dependent");
    // Cells of 100, 40, 40, 100: every expected count is 70.
    expect(assignment.test).toMatchObject({ status: "ok", degreesOfFreedom: 1 });
    expect(assignment.test.status === "ok" && assignment.test.statistic).toBeCloseTo((4 * 30 ** 2) / 70, 9);
  });

  it("leaves out units of one experiment only and those with multiple exposures in either", async () => {
    const units = placements(30, () => 5);
    const [first, other] = await runBoth(units, 1);
    const outcomes: [experiment: string, unit: string, variant: string][] = [
      [first, "extra-1", "control"],
      [first, "extra-1", "treatment"],
      [first, "extra-2", "control"],
      [first, "only-here", "control"],
      [other, "extra-1", "control"],
      [other, "extra-2", "control"],
      [other, "extra-2", "treatment"],
    ];
    for (const [experiment, unit, variant] of outcomes) {
      await recordUnchecked(experiment, { id: `${unit}-${variant}`, unit, variant, success: 1 });
    }
    expect(await interactionOf(first, other)).toMatchObject({ units: 120, multipleExposureUnits: 2 });
  });

  it("is refused below 30 units in a pair of variants, with the table", async () => {
    const [first, other] = await runBoth(placements(29, () => 5));
    const answer = await call("GET", `/v1/experiments/${first}/interactions/${other}`);
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: "too_few_shared_units",
        needed: 30,
        table: CELLS.map((cell) => ({ ...cell, units: 29 })),
      },
    });
  });

  it("is refused with itself, with a draft and with nobody", async () => {
    const { key } = await createExperiment();
    const draft = await createExperiment({}, { start: false });
    const codeWith = async (other: string) =>
      (await call("GET", `/v1/experiments/${key}/interactions/${other}`)).body.code;
    expect(await codeWith(key)).toBe("invalid_input");
    expect(await codeWith(draft.key)).toBe("not_started");
    expect(await codeWith("nobody")).toBe("experiment_not_found");
  });
});
