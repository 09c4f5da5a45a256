import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperQuantile } from "../distributions/index.ts";
import { unavailable } from "../unavailable.ts";
import { alwaysValidSampleSize, fixedHorizonSampleSize, reachAtEnd, type SampleSize } from "./sample-size.ts";

/** What a metric looks like in control. */
export interface Baseline {
  estimate: number;
  /** Standard deviation of one unit's value, > 0. */
  deviation: number;
  /** The deviation of a share in (0, 1) changes with the share, in proportion to √(p(1 − p)); a mean's stays. */
  kind: "share" | "mean";
  /** Where the treatment is expected: above or below the baseline. */
  direction: 1 | -1;
}

/** Error rate (two-sided) of all treatments together, and power, in (0, 1); units of a treatment per control unit. */
export interface PlanSettings {
  alpha: number;
  power: number;
  ratio: number;
  /** At least 1; each is tested at alpha / treatments. */
  treatments: number;
}

export interface Plan extends SampleSize {
  minimumDetectableEffect: { absolute: number; relative: number | null };
}

/** For one look at the end, and for constant looking. */
export interface Plans {
  fixedHorizon: Plan;
  alwaysValid: Plan;
}

function treatmentDeviation({ estimate, deviation, kind, direction }: Baseline, effect: number): number {
  if (kind === "mean") return deviation;
  const treated = estimate + direction * effect;
  return deviation * Math.sqrt((treated * (1 - treated)) / (estimate * (1 - estimate)));
}

/** How far a share can move. */
function roomOf({ estimate, kind, direction }: Baseline): number {
  if (kind === "mean") return Number.POSITIVE_INFINITY;
  return direction === 1 ? 1 - estimate : estimate;
}

function toPlan({ estimate }: Baseline, size: SampleSize, absolute: number): Plan {
  const relative = estimate === 0 ? null : absolute / Math.abs(estimate);
  return { ...size, minimumDetectableEffect: { absolute, relative } };
}

/**
 * Units to find an effect.
 * @param effect absolute, > 0
 * @returns `bad_input` when a share would leave (0, 1), `unbounded` when no countable number of units finds the effect
 */
export function planForEffect(
  baseline: Baseline,
  effect: number,
  settings: PlanSettings,
): Plans | Unavailable {
  if (effect >= roomOf(baseline)) return unavailable("bad_input");
  const question = {
    ...settings,
    minimumDetectableEffect: effect,
    controlDeviation: baseline.deviation,
    treatmentDeviation: treatmentDeviation(baseline, effect),
  };
  const sizes = [fixedHorizonSampleSize(question), alwaysValidSampleSize(question)] as const;
  const isCountable = sizes.every((size) => Number.isSafeInteger(size.controlUnits + size.treatmentUnits));
  if (!isCountable) return unavailable("unbounded");
  const [fixedHorizon, alwaysValid] = sizes;
  return {
    fixedHorizon: toPlan(baseline, fixedHorizon, effect),
    alwaysValid: toPlan(baseline, alwaysValid, effect),
  };
}

/**
 * The effect that equals so many of its own standard errors. The error is a concave function of the effect, so there is
 * at most one such effect; found by bisection.
 */
function smallestEffect(baseline: Baseline, size: SampleSize, reach: number): number | undefined {
  const threshold = (effect: number) =>
    reach *
    Math.hypot(
      baseline.deviation / Math.sqrt(size.controlUnits),
      treatmentDeviation(baseline, effect) / Math.sqrt(size.treatmentUnits),
    );
  if (baseline.kind === "mean") return threshold(0);
  let [low, high] = [0, roomOf(baseline)];
  if (threshold(high) >= high) return undefined;
  for (let iteration = 0; iteration < 100; iteration++) {
    const middle = (low + high) / 2;
    if (middle < threshold(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The smallest effect that a number of units finds.
 * @returns `unbounded` when not even the largest possible effect would be found
 */
export function planForUnits(
  baseline: Baseline,
  size: SampleSize,
  { alpha, power, treatments }: PlanSettings,
): Plans | Unavailable {
  const strength = normalUpperQuantile(1 - power);
  const fixedEffect = smallestEffect(baseline, size, normalUpperQuantile(alpha / treatments / 2) + strength);
  const alwaysEffect = smallestEffect(baseline, size, reachAtEnd(alpha, alpha / treatments) + strength);
  if (fixedEffect === undefined || alwaysEffect === undefined) return unavailable("unbounded");
  return {
    fixedHorizon: toPlan(baseline, size, fixedEffect),
    alwaysValid: toPlan(baseline, size, alwaysEffect),
  };
}

/** The score that an effect is expected to have at one unit of both arms together, with the deviations that go with it. */
function scorePerRootUnit(baseline: Baseline, effect: number, ratio: number): number {
  const treated = treatmentDeviation(baseline, effect);
  return effect / Math.sqrt((1 + ratio) * (baseline.deviation ** 2 + treated ** 2 / ratio));
}

/**
 * The scores at one unit of both arms together, from which those at n units follow by √n: of the effect, > 0, and of as much
 * harm, < 0.
 * @param effect absolute, > 0
 * @returns null for harm where a share would leave (0, 1)
 */
export function expectedScores(
  baseline: Baseline,
  effect: number,
  ratio: number,
): { effect: number; harm: number | null } {
  const opposite: Baseline = { ...baseline, direction: baseline.direction === 1 ? -1 : 1 };
  return {
    effect: scorePerRootUnit(baseline, effect, ratio),
    harm: effect < roomOf(opposite) ? -scorePerRootUnit(opposite, effect, ratio) : null,
  };
}
