import type { MetricDefinition } from "#model/metric/metric.ts";
import { toNormalScore } from "../distributions/student-scale.ts";
import { mixtureVariance } from "../sequential/always-valid.ts";
import { splitEvidence } from "./sample-ratio.ts";

/** Shares that a treatment may have lost, closer together where they are small. */
const SHARES = Array.from({ length: 400 }, (_, index) => (index / 400) ** 2);

/** A lift, and the split of the units that it was seen in. */
export interface SuspectedLift {
  definition: Pick<MetricDefinition, "type" | "direction">;
  /** How much better the treatment is than control, in the metric's own units. */
  gain: number;
  standardError: number;
  degreesOfFreedom: number;
  control: { units: number; weight: number };
  treatment: { units: number; weight: number; estimate: number };
  /** Of one unit, in the metric's own units, where nobody is lost: the larger one of both arms. */
  deviation: number;
  /** The coefficient of variation of the events per unit, the larger one of both arms; 0 where every unit counts once. */
  eventsVariation: number;
  /** Of control and treatment together. */
  plannedUnits: number;
  alpha: number;
}

/**
 * The most that a treatment can look better for losing a share of its units. A quantity whose standard deviation is σ has in
 * any share s of the units a mean that is off by no more than σ·√((1 − s) / s), whatever its distribution: costs have long
 * tails, and those that time out are the dearest.
 * @see Cantelli 1928, for the one-sided inequality of Chebyshev
 */
function gainByLoss(
  { definition, treatment, deviation, eventsVariation }: SuspectedLift,
  share: number,
): number {
  if (definition.type !== "proportion") return deviation * Math.sqrt(share / (1 - share));
  // The lost units of a proportion all have its worst value, but they may have had more events than others.
  const lostEvents = Math.min(1, share + eventsVariation * Math.sqrt(share * (1 - share)));
  const { estimate } = treatment;
  return lostEvents * (definition.direction === "increase" ? estimate : 1 - estimate);
}

/** ln of the always-valid evidence that the lift is larger than a gain. */
function liftEvidence(lift: SuspectedLift, gain: number): number {
  const { control, treatment, standardError, degreesOfFreedom, plannedUnits, alpha } = lift;
  const time = (control.units + treatment.units) * mixtureVariance(plannedUnits, alpha);
  const t = Math.max(0, (lift.gain - gain) / standardError);
  const z = toNormalScore(t, degreesOfFreedom);
  return (z * z * time) / (2 * (time + 1)) - Math.log1p(time) / 2;
}

/**
 * Could the treatment have lost units that it served badly, and look better for it? Every share that it may have lost is a
 * hypothesis about both the lift and the split, and the evidence of the two multiplies, since the split says nothing of
 * outcomes. A loss that only the worst units suffer is assumed; losses of control that make it look worse are not.
 * @returns the p-value, valid at every look, of the hypothesis that some loss explains the lift
 * @see Ramdas, Grünwald, Vovk, Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference", for products of e-values
 */
export function pValueDespiteLoss(lift: SuspectedLift): number {
  if (!(lift.standardError > 0)) return 1;
  const { control, treatment } = lift;
  const evidence = SHARES.map((share) => {
    const weights = [control.weight, treatment.weight * (1 - share)];
    const ofSplit = splitEvidence([control.units, treatment.units], weights) ?? 0;
    return liftEvidence(lift, gainByLoss(lift, share)) + ofSplit;
  });
  // A split that is off the other way is no evidence of a lift.
  return Math.min(1, Math.exp(-Math.min(liftEvidence(lift, 0), ...evidence)));
}
