import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { DataAcceptance } from "#model/experiment/data-acceptance.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const described = spec({ minimumUnits: 100, plannedUnits: 2_000 });

interface Counts {
  control: number;
  treatment: number;
  hasMultipleExposures?: number;
  erased?: number;
}

function look(
  { control, treatment, hasMultipleExposures = 0, erased = 0 }: Counts,
  now: number,
  previous?: Analysis,
  acceptance?: DataAcceptance,
) {
  const data = totals(
    {
      control: { task_success: momentsOfCounts(Math.round(0.3 * control), control) },
      treatment: { task_success: momentsOfCounts(Math.round(0.3 * treatment), treatment) },
    },
    { multipleExposureUnits: hasMultipleExposures, erasedUnits: erased },
  );
  const analysis = analyze({
    spec: described,
    metricDefinitions: [metric()],
    totals: data,
    previous,
    acceptance,
    now,
  });
  return { analysis, decision: decide({ spec: described, analysis, guardrails: [], startedAt: 0, now }) };
}

function acceptanceOf(
  { control, treatment, hasMultipleExposures = 0, erased = 0 }: Counts,
  at: number,
): DataAcceptance {
  return {
    at,
    actor: "key:admin",
    reason: "fixed",
    units: [[control, treatment]],
    multipleExposureUnits: hasMultipleExposures,
    erasedUnits: erased,
  };
}

const broken = { control: 500, treatment: 800 };
const diluted = { control: 50_500, treatment: 50_800 };

describe("doubts about the data", () => {
  it("are not lifted by new traffic that dilutes them", () => {
    const first = look(broken, 1);
    expect(first.decision).toMatchObject({ action: "hold", reason: { code: "sample_ratio_mismatch" } });
    const alone = look(diluted, 2);
    expect(alone.analysis.sampleRatio.verdict).toBe("ok");
    const second = look(diluted, 2, first.analysis);
    expect(second.decision).toMatchObject({ action: "hold", reason: { code: "sample_ratio_mismatch" } });
    expect(second.analysis.sampleRatio.runningPValue).toBe(first.analysis.sampleRatio.runningPValue);
    const crossed = look({ control: 500, treatment: 500, hasMultipleExposures: 30 }, 1);
    expect(crossed.decision.reason.code).toBe("too_many_multiple_exposures");
    const later = look({ control: 50_000, treatment: 50_000, hasMultipleExposures: 30 }, 2, crossed.analysis);
    expect(later.decision).toMatchObject({ action: "hold", reason: { code: "too_many_multiple_exposures" } });
  });

  it("are lifted by a person, and raised again by what comes after", () => {
    const first = look(broken, 1);
    const acceptance = acceptanceOf(broken, 2);
    const sound = look({ control: 1_500, treatment: 1_800 }, 3, first.analysis, acceptance);
    expect(sound.analysis.dataDoubts).toEqual([]);
    expect(sound.decision.action).toBe("continue");
    const again = look({ control: 1_000, treatment: 1_700 }, 3, first.analysis, acceptance);
    expect(again.decision).toMatchObject({ action: "hold", reason: { code: "sample_ratio_mismatch" } });
  });

  it("are raised where many units were erased, who may differ from the rest, until a person accepts that", () => {
    const few = look({ control: 495, treatment: 495, erased: 10 }, 1);
    expect(few.analysis.dataDoubts).toEqual([]);
    const many = { control: 494, treatment: 494, erased: 12 };
    const doubted = look(many, 2, few.analysis);
    expect(doubted.decision).toMatchObject({ action: "hold", reason: { code: "too_many_erased_units" } });
    const accepted = look(many, 4, doubted.analysis, acceptanceOf(many, 3));
    expect(accepted.analysis.dataDoubts).toEqual([]);
  });

  it("are raised again where many of the units were erased that a person had accepted", () => {
    const all = { control: 150, treatment: 150 };
    const acceptance = acceptanceOf(all, 1);
    const third = look({ control: 100, treatment: 101, erased: 99 }, 2, undefined, acceptance);
    expect(third.analysis.dataDoubts).toEqual(["too_many_erased_units"]);
    const three = look({ control: 148, treatment: 149, erased: 3 }, 2, undefined, acceptance);
    expect(three.analysis.dataDoubts).toEqual([]);
  });

  it("about units in two variants are raised again among those that came later, also where many were erased", () => {
    const acceptance = acceptanceOf({ control: 500, treatment: 500 }, 1);
    const counts = { control: 500, treatment: 500, erased: 200, hasMultipleExposures: 20 };
    const { analysis } = look(counts, 2, undefined, acceptance);
    expect(analysis.dataDoubts).toContain("too_many_multiple_exposures");
  });

  it("only ever grow between two acceptances, whatever the order of counts", () => {
    const counts = fc.array(
      fc.record({
        control: fc.nat(3_000),
        treatment: fc.nat(3_000),
        hasMultipleExposures: fc.nat(60),
        erased: fc.nat(60),
      }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(counts, (looks) => {
        let previous: Analysis | undefined;
        for (const [index, seen] of looks.entries()) {
          const { analysis } = look(seen, index + 1, previous);
          for (const doubt of previous?.dataDoubts ?? []) expect(analysis.dataDoubts).toContain(doubt);
          // A snapshot can be computed again from itself.
          expect(look(seen, index + 1, analysis).analysis.dataDoubts).toEqual(analysis.dataDoubts);
          previous = analysis;
        }
      }),
      { numRuns: 50 },
    );
  });
});
