import { describe, expect, it } from "vitest";
import { randomNumbers } from "#tools/random-numbers.ts";
import {
  type SimulatedEnd,
  type SimulatedPlan,
  simulatePhases,
} from "../../../bench/calibration/simulate-phases.ts";

const RUNS = 200;

const armsOf = (...weights: number[]) =>
  weights.map((weight, index) => ({
    key: ["control", "a", "b", "c"][index] ?? "",
    version: index + 1,
    weight,
  }));

function endsOf(plan: SimulatedPlan): SimulatedEnd[] {
  return Array.from({ length: RUNS }, (_, run) => simulatePhases(plan, randomNumbers(7_919 * (run + 1))));
}

const shareOf = (ends: readonly SimulatedEnd[], isMeant: (end: SimulatedEnd) => boolean) =>
  ends.filter(isMeant).length / RUNS;

/** What would be wrong where all arms are alike. */
const isDecided = ({ action }: SimulatedEnd) => action === "promote" || action === "rollback";

const four = { variants: armsOf(0.25, 0.25, 0.25, 0.25), maximumUnits: 4_000 };

describe("phases of weights, looked at all the time", () => {
  it("decide in at most alpha of the runs where four arms are alike and freed traffic is dealt out anew", () => {
    const ends = endsOf({ overrides: four, rateOf: () => 0.3, lookEvery: 200 });
    expect(shareOf(ends, isDecided)).toBeLessThanOrEqual(0.05);
    expect(shareOf(ends, ({ phases }) => phases > 1)).toBeGreaterThan(0.9);
  });

  it("do so where a person changes weights back and forth while all arms drift", () => {
    const ends = endsOf({
      overrides: { variants: armsOf(0.8, 0.2), maximumUnits: 3_000, futility: "ignore" },
      rateOf: (_, progress) => 0.2 + 0.4 * progress,
      lookEvery: 150,
      changes: [
        { after: 900, weights: [0.2, 0.8] },
        { after: 1_950, weights: [0.5, 0.5] },
      ],
    });
    expect(shareOf(ends, isDecided)).toBeLessThanOrEqual(0.05);
    expect(shareOf(ends, ({ phases }) => phases === 3)).toBeGreaterThan(0.9);
  });

  it("find the better arm as often as where freed traffic is nobody's, after fewer units have come", () => {
    const rateOf = (arm: number) => [0.3, 0.38, 0.27, 0.27][arm] ?? 0;
    const [reassigned, kept] = (["reassign", "control"] as const).map((freedTraffic) =>
      endsOf({ overrides: { ...four, freedTraffic }, rateOf, lookEvery: 200 }),
    );
    const isRight = ({ action, variant }: SimulatedEnd) => action === "promote" && variant === "a";
    const arrivals = (ends: readonly SimulatedEnd[] = []) => ends.reduce((sum, end) => sum + end.arrivals, 0);
    expect(shareOf(reassigned ?? [], isRight)).toBeGreaterThan(shareOf(kept ?? [], isRight) - 0.03);
    expect(arrivals(reassigned)).toBeLessThan(0.9 * arrivals(kept));
  });
});
