import { describe, expect, it } from "vitest";
import { figuresOf } from "../../../bench/calibration/figures.ts";
import { Random } from "../../../bench/calibration/random.ts";
import { mergeTallies, type Tally } from "../../../bench/calibration/record.ts";
import { htmlReport } from "../../../bench/calibration/report-html.ts";
import type { Mode } from "../../../bench/calibration/scenario.ts";
import { SCENARIOS } from "../../../bench/calibration/scenarios.ts";
import { perform, tasksOf } from "../../../bench/calibration/task.ts";

/** A short calibration: what `npm run calibrate` measures to a fraction of a percent, with bounds as wide as fewer runs ask. */
const SEED = 7;
const ALPHA = 0.05;
const CLUSTERED_RUNS = 400;

function scenarioOf(key: string) {
  const scenario = SCENARIOS.find((candidate) => candidate.key === key);
  if (!scenario) throw new Error(`there is no scenario '${key}'`);
  return scenario;
}

const simulated = new Map<string, Tally>();

/** Simulates every setting once, whoever asks. */
function simulate(key: string, mode: Mode, runs: number): Tally {
  const name = `${key}/${mode}/${runs}`;
  const tally =
    simulated.get(name) ?? tasksOf(scenarioOf(key), mode, runs, SEED).map(perform).reduce(mergeTallies);
  simulated.set(name, tally);
  return tally;
}

function rateOf(tally: Tally, question: string): number {
  const [hits, trials] = tally[question] ?? [0, 0];
  if (trials === 0) throw new Error(`nothing was asked about '${question}'`);
  return hits / trials;
}

/** A rate that a true rate of `share` stays below in all but one of a thousand calibrations. */
function upTo(share: number, runs: number): number {
  return share + 3 * Math.sqrt((share * (1 - share)) / runs);
}

describe("constant looking", () => {
  it.each([
    ["success", 300],
    ["cost", 300],
    ["uneven-cost", 300],
    ["five-arms", 150],
    ["clustered-success", CLUSTERED_RUNS],
  ])("decides wrongly in at most alpha of the runs of '%s' without a difference", (key, runs) => {
    const tally = simulate(key, "same", runs);
    expect(rateOf(tally, "decision_any_time")).toBeLessThanOrEqual(upTo(ALPHA, runs));
    expect(rateOf(tally, "always_valid_any_time")).toBeLessThanOrEqual(upTo(ALPHA, runs));
    expect(rateOf(tally, "coverage_always")).toBeGreaterThanOrEqual(1 - upTo(ALPHA, runs));
    expect(rateOf(tally, "fixed_any_time"), "peeking must show in this simulation").toBeGreaterThan(0.15);
    expect(rateOf(tally, "split_alarm")).toBeLessThanOrEqual(upTo(0.001, runs));
  });

  it("still finds what is there, and nothing that is not", () => {
    const tally = simulate("success", "different", 150);
    expect(rateOf(tally, "fixed_power")).toBeGreaterThan(0.68);
    expect(rateOf(tally, "decision_power")).toBeGreaterThan(0.3);
    expect(rateOf(tally, "decision_power")).toBeLessThan(rateOf(tally, "fixed_power"));
    expect(rateOf(tally, "decision_wrong")).toBe(0);
    expect(rateOf(tally, "coverage_always")).toBeGreaterThanOrEqual(1 - upTo(ALPHA, 150));
  });

  it("calls harm at the margin harmed in at most alpha of the runs, and real harm in most", () => {
    const [safe, harmed] = [simulate("guardrails", "same", 150), simulate("guardrails", "different", 60)];
    for (const metric of ["error", "toxic", "cost_usd"]) {
      expect(rateOf(safe, `guardrail_alarm:${metric}`)).toBeLessThanOrEqual(upTo(ALPHA, 150));
    }
    expect(rateOf(harmed, "guardrail_found:error")).toBeGreaterThan(0.9);
  });

  it("calls harm at the margin safe in at most alpha of the runs, in a small arm too", () => {
    const tally = simulate("uneven-guardrails", "same", 150);
    for (const metric of ["error", "toxic", "cost_usd"]) {
      expect(rateOf(tally, `guardrail_safe:${metric}`)).toBeLessThanOrEqual(upTo(ALPHA, 150));
    }
  });

  it("notices a broken split", () => {
    expect(rateOf(simulate("broken-split", "different", 40), "split_found")).toBeGreaterThan(0.9);
  });
});

describe("weights that follow the evidence", () => {
  it("lead to a wrong decision in at most alpha of the runs, though the same users come back phase after phase", () => {
    const runs = 100;
    const tally = simulate("adaptive-returning", "same", runs);
    expect(rateOf(tally, "decision_any_time")).toBeLessThanOrEqual(upTo(ALPHA, runs));
  });
});

describe("data that mislead", () => {
  it.each(["dominant-unit", "silenced-failures", "inflated-denominators", "early-praise"])(
    "lead to a wrong decision in at most alpha of the runs: %s",
    (key) => {
      const runs = 60;
      for (const mode of ["same", "different"] as const) {
        expect(rateOf(simulate(key, mode, runs), "misled_decision"), mode).toBeLessThanOrEqual(
          upTo(ALPHA, runs),
        );
      }
    },
  );
});

describe("a single look", () => {
  it("errs at the nominal rate over clustered units, where counting requests errs far more", () => {
    const tally = simulate("clustered-success", "same", CLUSTERED_RUNS);
    const rate = rateOf(tally, "fixed_at_end");
    expect(rate).toBeGreaterThan(0.03);
    expect(rate).toBeLessThan(0.08);
    expect(rateOf(tally, "coverage_fixed")).toBe(1 - rate);
    expect(rateOf(tally, "per_request_at_end")).toBeGreaterThan(0.15);
  });

  it("has intervals that hold the true difference as often as they say", () => {
    for (const key of ["success", "cost", "predictable-cost"]) {
      const tally = simulate(key, "different", 200);
      expect(rateOf(tally, "coverage_fixed"), key).toBeGreaterThanOrEqual(1 - upTo(ALPHA, 200));
      expect(rateOf(tally, "coverage_fixed"), key).toBeLessThan(0.99);
      expect(rateOf(tally, "coverage_relative"), key).toBeGreaterThanOrEqual(1 - upTo(ALPHA, 200));
    }
  });

  it("holds the true p95 of clustered values", () => {
    const tally = simulate("clustered-p95", "same", 200);
    expect(rateOf(tally, "quantile_coverage")).toBeGreaterThanOrEqual(1 - upTo(ALPHA, 200));
    expect(rateOf(tally, "quantile_coverage_naive")).toBeLessThan(rateOf(tally, "quantile_coverage"));
  });
});

describe("a calibration", () => {
  it("gives the same numbers however its runs are split", () => {
    const [whole] = tasksOf(scenarioOf("success"), "same", 4, SEED);
    if (!whole) throw new Error("no task");
    const halves = [perform({ ...whole, to: 2 }), perform({ ...whole, from: 2 })];
    expect(halves.reduce(mergeTallies, {})).toEqual(perform(whole));
  });

  it("draws from even and normal numbers", () => {
    const random = new Random("even");
    const draws = Array.from({ length: 20_000 }, () => [random.uniform(), random.normal()] as const);
    const mean = (read: (draw: readonly [number, number]) => number) =>
      draws.reduce((sum, draw) => sum + read(draw), 0) / draws.length;
    expect(mean(([uniform]) => uniform)).toBeCloseTo(0.5, 1.7);
    expect(mean(([uniform]) => uniform ** 2)).toBeCloseTo(1 / 3, 1.7);
    expect(mean(([, normal]) => normal)).toBeCloseTo(0, 1.3);
    expect(mean(([, normal]) => normal ** 2)).toBeCloseTo(1, 1.3);
  });

  it("says of every rate whether its bar is kept", () => {
    const figures = figuresOf(scenarioOf("success"), "same", {
      decision_any_time: [20, 2_000, 20],
      coverage_fixed: [1_700, 2_000, 1_700],
      fixed_at_end: [133, 2_000, 133],
      fixed_any_time: [500, 2_000, 500],
    });
    expect(figures.map(({ question, verdict }) => [question, verdict])).toEqual([
      ["decision_any_time", "kept"],
      ["fixed_any_time", "shown"],
      ["fixed_at_end", "chance"],
      ["coverage_fixed", "missed"],
    ]);
    const html = htmlReport({ engineVersion: "2", runs: 2_000, seed: 1, seconds: 1, figures });
    expect(html).toContain("1 bars kept, 1 missed within chance, 1 missed");
    expect(html.match(/<svg /g)).toHaveLength(4);
  });
});
