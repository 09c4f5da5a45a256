import { describe, expect, it } from "vitest";
import { totals } from "#tools/builders/moments-builder.ts";
import { arms, decideOn, guarded, guardedArms, MINUTE } from "./decide-on.ts";

describe("decisions on doubtful data", () => {
  it("protect users however doubtful the data are", () => {
    const data = guardedArms([300, 10, 1_000], [500, 700, 1_500]);
    expect(decideOn(guarded, data)).toMatchObject({
      action: "rollback",
      reason: { code: "guardrail_harmed" },
    });
    const crossed = { ...guardedArms([300, 10, 1_000], [500, 300, 1_000]), multipleExposureUnits: 500 };
    expect(decideOn(guarded, crossed)).toMatchObject({ action: "rollback" });
  });

  it("do not promote while the split may be off", () => {
    const decided = decideOn({}, arms([300, 1_000], [580, 1_160]));
    expect(decided).toMatchObject({ action: "continue", reason: { code: "split_not_settled" } });
    expect(decided.sentence).toMatch(/^Waiting: .*\(p = 0\.0\d+\)/);
  });

  it("hold when the split is broken, even for a clear winner", () => {
    expect(decideOn({}, arms([300, 1_000], [800, 1_500]))).toMatchObject({
      action: "hold",
      reason: { code: "sample_ratio_mismatch" },
    });
  });

  it("hold when too many units have multiple exposures", () => {
    const data = { ...arms([300, 1_000], [500, 1_000]), multipleExposureUnits: 50 };
    expect(decideOn({}, data)).toMatchObject({
      action: "hold",
      reason: { code: "too_many_multiple_exposures" },
    });
  });

  it("hold when no traffic comes", () => {
    expect(decideOn({}, totals({}), 11 * MINUTE)).toMatchObject({
      action: "hold",
      reason: { code: "no_traffic" },
    });
    expect(decideOn({}, totals({}), 5 * MINUTE)).toMatchObject({ action: "continue" });
  });
});
