import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperQuantile } from "../distributions/index.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";
import type { Sides } from "./test-power.ts";

/** An arm's standard deviation of one unit's value, and its units. */
export interface PlannedArm {
  deviation: number;
  units: number;
}

/**
 * The smallest absolute difference that a z-test of two means finds with the given power.
 * @see Chow, Shao, Wang 2008, "Sample Size Calculations in Clinical Research", 3.2
 */
export function minimumDetectableEffect(
  control: PlannedArm,
  treatment: PlannedArm,
  alpha: number,
  power: number,
  sides: Sides = 2,
): { effect: number } | Unavailable {
  const inputError = inputErrorOfArm(control) ?? inputErrorOfArm(treatment);
  if (inputError) return inputError;
  if (!isShare(alpha) || !isShare(power) || (sides !== 1 && sides !== 2)) return unavailable("bad_input");
  const error = Math.hypot(
    control.deviation / Math.sqrt(control.units),
    treatment.deviation / Math.sqrt(treatment.units),
  );
  const reach = normalUpperQuantile(alpha / sides) + normalUpperQuantile(1 - power);
  return withoutNaN({ effect: reach * error });
}

/**
 * The smallest relative lift that a two-sided test finds, whose delta-method error grows with the lift itself:
 * lift = k·(sd / mean)·√((1 + (1 + lift)²) / n), solved for the lift.
 * @param unitsPerArm > 0
 * @returns `unbounded` when no lift is large enough, `zero_baseline` for a mean of 0
 */
export function minimumDetectableLift(
  { mean, deviation }: { mean: number; deviation: number },
  unitsPerArm: number,
  alpha: number,
  power: number,
): { lift: number } | Unavailable {
  const inputError = inputErrorOfArm({ deviation, units: unitsPerArm });
  if (inputError) return inputError;
  if (!areFinite(mean) || !isShare(alpha) || !isShare(power)) return unavailable("bad_input");
  if (mean === 0) return unavailable("zero_baseline");
  const reach = normalUpperQuantile(alpha / 2) + normalUpperQuantile(1 - power);
  const noise = ((reach * (deviation / mean)) / Math.sqrt(unitsPerArm)) ** 2;
  if (!(noise < 1)) return unavailable("unbounded");
  return withoutNaN({ lift: (noise + Math.sqrt(noise * (2 - noise))) / (1 - noise) });
}

function inputErrorOfArm({ deviation, units }: PlannedArm): Unavailable | undefined {
  if (!areFinite(deviation, units) || deviation < 0 || units < 0) return unavailable("bad_input");
  if (units === 0) return unavailable("insufficient_data");
  return deviation === 0 ? unavailable("zero_variance") : undefined;
}
