import type { ExperimentInput, ExperimentSpec } from "./experiment.ts";
import type { Horizon } from "./horizon.ts";

/**
 * GrowthBook's published default for tuning the always-valid interval, in units. It also bounds the tuning of longer
 * experiments: tuned for a tenth of the final size an interval ends 7 % wider, tuned for ten times the size reached so
 * far it is more than twice as wide.
 */
const DEFAULT_PLANNED_UNITS = 5_000;

const SHARE_OF_PLAN = 0.1;
const SMALLEST_DEFAULT_MINIMUM = 100;
const DAY_IN_SECONDS = 86_400;

type Limits = Pick<
  ExperimentInput,
  "minimumUnits" | "maximumUnits" | "plannedUnits" | "minimumDurationSeconds" | "maximumDurationSeconds"
>;

/** The limits that decide when an experiment may promote, with what an input leaves open. A default minimum exceeds no maximum. */
export function completeLimits({
  minimumUnits,
  maximumUnits = Number.POSITIVE_INFINITY,
  plannedUnits = Math.min(maximumUnits, DEFAULT_PLANNED_UNITS),
  minimumDurationSeconds,
  maximumDurationSeconds = Number.POSITIVE_INFINITY,
}: Limits): Pick<ExperimentSpec, "minimumUnits" | "plannedUnits" | "minimumDurationSeconds"> {
  const share = Math.max(SMALLEST_DEFAULT_MINIMUM, Math.round(SHARE_OF_PLAN * plannedUnits));
  return {
    plannedUnits,
    minimumUnits: minimumUnits ?? Math.min(maximumUnits, share),
    minimumDurationSeconds: minimumDurationSeconds ?? Math.min(maximumDurationSeconds, DAY_IN_SECONDS),
  };
}

/** The bounds of experiments that end at their maximum are made for error rates in this range. */
const SMALLEST_BOUNDED_ALPHA = 0.001;
const LARGEST_BOUNDED_ALPHA = 0.1;

export function hasBound(alpha: number): boolean {
  return alpha >= SMALLEST_BOUNDED_ALPHA && alpha <= LARGEST_BOUNDED_ALPHA;
}

/**
 * Whether its intervals may count on the maximum. Where weights adapt, the units of two arms say little of how much is known
 * about them, which is the time that such bounds go by.
 */
function horizonOf({ maximumUnits, alpha, allocation }: ExperimentInput): Horizon {
  return maximumUnits !== undefined && hasBound(alpha) && allocation.type === "fixed" ? "maximum" : "open";
}

/** Fills in what an input leaves open. @param control the control's key, already settled */
export function completeSpec(input: ExperimentInput, control: string): ExperimentSpec {
  return {
    ...input,
    ...completeLimits(input),
    control,
    name: input.name ?? input.key,
    seed: input.seed ?? input.key,
    hashVersion: 2,
    horizon: horizonOf(input),
  };
}
