import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import type { LookLimits } from "#analyzer/planning/stopping-chances.ts";
import {
  mixtureVariance,
  oneSidedMultiplier,
  twoSidedMultiplier,
} from "#analyzer/sequential/always-valid.ts";
import { boundedMultiplier } from "#analyzer/sequential/bounded.ts";
import { completeLimits, hasBound } from "#model/experiment/defaults.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { SMALLEST_CHANCE, SMALLEST_PROGRESS } from "./checks/futility.ts";
import { MINIMUM_UNITS_PER_ARM } from "./checks/limits.ts";
import { POWER } from "./checks/tolerated-loss.ts";

/** An experiment that is being planned, with fixed weights, the rule `superiority`, and all other limits as by default. */
export interface PlannedExperiment {
  /** Two-sided error rate in (0, 1), of all treatments together. */
  alpha: number;
  /** At least 1. Each is tested at alpha / treatments, which is the first step of Holm's and asks the most. */
  treatments: number;
  /** Units of one treatment per unit of control. */
  ratio: number;
  futility: ExperimentSpec["futility"];
}

/** Sizes in units of control and one treatment. */
export interface PlannedLooks {
  limits: LookLimits[];
  /** At which the information is 1: the maximum, or where the looks are cut off. */
  end: number;
}

/** Looks are this share of the end apart, and early ones this share of the way so far. */
const STEP = 0.01;
const EARLY_STEP = 0.05;

/** Where the end is thousands of times further than the first look, early looks are further apart than that. */
const MOST_EARLY_LOOKS = 160;

/** The fewest units of a pair with which anything is decided. */
export function fewestUnits({ ratio }: Pick<PlannedExperiment, "ratio">): number {
  return (MINIMUM_UNITS_PER_ARM * (1 + ratio)) / Math.min(1, ratio);
}

/** How far a score must be for a proof after some units of the pair, and how far for a loss that ends a treatment early. */
interface Reaches {
  proofAt: (units: number, level: number) => number;
  earlyAt: (units: number, level: number) => number;
  /** The size that the minimum detectable effect is for. */
  size: number;
  minimumUnits: number;
  isBounded: boolean;
}

function reachesOf({ alpha, treatments, ratio }: PlannedExperiment, maximumUnits: number | null): Reaches {
  const share = (1 + ratio) / (1 + treatments * ratio);
  const completed = completeLimits(maximumUnits === null ? {} : { maximumUnits: maximumUnits / share });
  const plannedUnits = completed.plannedUnits * share;
  const minimumUnits = Math.max(completed.minimumUnits * share, fewestUnits({ ratio }));
  if (maximumUnits !== null && hasBound(alpha))
    return {
      proofAt: (units, level) => boundedMultiplier("two_sided", units / maximumUnits, level),
      earlyAt: (units, level) => boundedMultiplier("one_sided_early", units / maximumUnits, level),
      ...{ size: maximumUnits, minimumUnits, isBounded: true },
    };
  const proofTime = mixtureVariance(plannedUnits, alpha);
  const earlyTime = mixtureVariance(Math.min(plannedUnits, completed.minimumUnits * share), 2 * alpha);
  return {
    proofAt: (units, level) => twoSidedMultiplier(units * proofTime, level),
    // There is no such bound at an error rate of one half and more.
    earlyAt: (units, level) =>
      level < 0.5 ? oneSidedMultiplier(units * earlyTime, level) : Number.POSITIVE_INFINITY,
    ...{ size: plannedUnits, minimumUnits, isBounded: false },
  };
}

/** Where paths with the given effect have all ended, for looks without a maximum. */
function endWithoutMaximum({ proofAt, size }: Reaches, level: number, effectPerRootUnit: number): number {
  let end = size;
  while (effectPerRootUnit * Math.sqrt(end) < proofAt(end, level) + 4) end *= 2;
  return end;
}

/**
 * The limits that the decider's checks amount to for one treatment, in positions (score · √information).
 * @param maximumUnits of the pair; null for an experiment without end
 * @param effectPerRootUnit the score that the planned effect is expected to have at one unit, > 0
 */
export function plannedLooks(
  experiment: PlannedExperiment,
  maximumUnits: number | null,
  effectPerRootUnit: number,
): PlannedLooks {
  const { alpha, treatments, futility } = experiment;
  const reaches = reachesOf(experiment, maximumUnits);
  const level = alpha / treatments;
  const end = maximumUnits ?? endWithoutMaximum(reaches, level, effectPerRootUnit);
  const strength = normalUpperQuantile(1 - POWER);
  const tolerated = (reaches.proofAt(reaches.size, alpha) + strength) / Math.sqrt(reaches.size);
  const atEnd = reaches.proofAt(end, level);
  const givenUpAt = normalUpperQuantile(SMALLEST_CHANCE);

  const limitsAt = (units: number): LookLimits => {
    const information = units / end;
    const scale = Math.sqrt(information);
    const remaining = 1 - information;
    const mayPromote = units >= reaches.minimumUnits;
    const early = reaches.earlyAt(units, alpha) + tolerated * Math.sqrt(units);
    // With several treatments a proven loss ends the experiment only where all have one.
    const loss = treatments === 1 ? Math.min(early, reaches.proofAt(units, alpha)) : early;
    const mayEndForLoss = units >= fewestUnits(experiment);
    const promotion = mayPromote ? reaches.proofAt(units, level) * scale : Number.POSITIVE_INFINITY;
    const mayGiveUp =
      futility === "stop" &&
      reaches.isBounded &&
      mayPromote &&
      information >= SMALLEST_PROGRESS &&
      remaining > 0;
    const hopeless = atEnd - (atEnd + strength) * remaining - givenUpAt * Math.sqrt(remaining);
    return {
      information,
      promotion,
      futility: mayGiveUp ? Math.min(hopeless, promotion) : Number.NEGATIVE_INFINITY,
      loss: mayEndForLoss ? -loss * scale : Number.NEGATIVE_INFINITY,
    };
  };

  const first = fewestUnits(experiment);
  const earlyStep = Math.max(EARLY_STEP, Math.log(end / first) / MOST_EARLY_LOOKS);
  const limits: LookLimits[] = [];
  for (let units = first; units < end; units += Math.min(STEP * end, earlyStep * units))
    limits.push(limitsAt(units));
  return { limits: [...limits, limitsAt(end)], end };
}
