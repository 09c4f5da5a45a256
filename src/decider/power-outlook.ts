import { normalUpperQuantile, normalUpperTail } from "#analyzer/distributions/index.ts";
import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { lookPlanOf } from "#model/experiment/look-plan.ts";
import { treatmentsOf } from "./checks/check.ts";
import { POWER } from "./checks/tolerated-loss.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** Nights and weekdays differ, so less than a day says little of the traffic to come; of short experiments, less than so much of them. */
const OBSERVED_SHARE = 0.25;

/** Below the first of them an experiment is told of; at the second it has recovered, so that what lies in between repeats nothing. */
const TOO_LITTLE = 0.5;
const ENOUGH = 0.6;

export interface PowerOutlookInput {
  spec: ExperimentSpec;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Units of all variants so far. */
  units: number;
  /** A reading of a day before, or the newest one that is older; null where there is none. */
  earlier: { units: number; takenAt: number } | null;
  now: number;
}

/** What an experiment will have when its maximum duration ends, if units keep arriving as they did over the last day. */
export interface PowerOutlook {
  unitsPerDay: number;
  daysLeft: number;
  /** At the end, no more than the maximum. */
  units: number;
  maximumUnits: number;
  /**
   * The chance to find the effect that the maximum of units was chosen for, which it would find in 80 % of cases. Null where the
   * rule decides by something else than a proven difference.
   */
  power: number | null;
  /** `unclear`: neither enough nor too little, which leaves what was said before. */
  standing: "enough" | "unclear" | "too_little";
}

/**
 * The chance to be beyond the bound when the experiment ends before its maximum. That a path may have been there earlier and come
 * back is left out, as in the effect that the maximum finds in 80 % of cases.
 */
function powerAt(spec: ExperimentSpec, units: number, maximumUnits: number): number {
  const plan = lookPlanOf(spec);
  // Those that have left count in Holm's correction.
  const level = spec.alpha / treatmentsOf(spec).length;
  const expected = twoSidedReach(plan, maximumUnits, level) + normalUpperQuantile(1 - POWER);
  const drift = expected * Math.sqrt(units / maximumUnits);
  return normalUpperTail(twoSidedReach(plan, units, level) - drift);
}

function standingOf(share: number): PowerOutlook["standing"] {
  if (share < TOO_LITTLE) return "too_little";
  return share < ENOUGH ? "unclear" : "enough";
}

/**
 * With how much power a running experiment will end. It was planned for its maximum of units; where its maximum duration comes
 * first, that is not what it gets.
 * @returns undefined of a stage or a holdout, without both maxima, and while too little of the traffic was observed
 */
export function powerOutlookOf({
  spec,
  startedAt,
  units,
  earlier,
  now,
}: PowerOutlookInput): PowerOutlook | undefined {
  const { maximumUnits, maximumDurationSeconds, release, holdout, rule } = spec;
  if (release || holdout || maximumUnits === undefined || maximumDurationSeconds === undefined)
    return undefined;
  const maximumDuration = maximumDurationSeconds * 1_000;
  const observed = now - (earlier?.takenAt ?? startedAt);
  const arrived = units - (earlier?.units ?? 0);
  // Fewer units than before were counted anew: that says nothing of the traffic.
  if (observed < Math.min(MILLISECONDS_PER_DAY, OBSERVED_SHARE * maximumDuration) || arrived < 0)
    return undefined;
  const unitsPerDay = arrived / (observed / MILLISECONDS_PER_DAY);
  const daysLeft = Math.max(0, (startedAt + maximumDuration - now) / MILLISECONDS_PER_DAY);
  const atEnd = Math.min(maximumUnits, units + unitsPerDay * daysLeft);
  const isProof = rule.type === "superiority";
  const power = isProof ? (atEnd > 0 ? powerAt(spec, atEnd, maximumUnits) : 0) : null;
  const standing = standingOf(power ?? atEnd / maximumUnits);
  return { unitsPerDay, daysLeft, units: Math.floor(atEnd), maximumUnits, power, standing };
}
