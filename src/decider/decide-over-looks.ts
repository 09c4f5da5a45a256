import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Decision } from "#model/analysis/decision.ts";
import { isWithin } from "#model/analysis/interval.ts";
import type { Proof } from "#model/analysis/proof.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { activeTreatmentsOf, type DecisionInput, primaryOf } from "./checks/check.ts";
import { decide } from "./decide.ts";

/** Whether earlier looks may count: the primary metric alone decides, and every look is about the same comparison. */
function countsEarlierLooks({ spec }: DecisionInput): boolean {
  return spec.rule.type === "superiority" && spec.allocation.type === "fixed" && !spec.release;
}

function basisOf({ spec, analysis, recounts = 0 }: DecisionInput, { metric }: MetricAnalysis) {
  const { engineVersion, multipleExposureUnits, excludedUnits, excludedEvents, erasedUnits } = analysis;
  const { alpha, horizon, maximumUnits = null, plannedUnits } = spec;
  return {
    ...{ engineVersion, metric, alpha, horizon, maximumUnits, plannedUnits, recounts },
    ...{ multipleExposureUnits, excludedUnits, excludedEvents, erasedUnits },
  };
}

function isSameBasis(one: Proof["basis"], other: Proof["basis"]): boolean {
  const names = Object.keys(one) as (keyof Proof["basis"])[];
  return names.every((name) => one[name] === other[name]);
}

function differenceOf({ comparisons }: MetricAnalysis, variant: string) {
  const difference = comparisons.find((comparison) => comparison.variant === variant)?.difference;
  return difference?.status === "ok" ? difference : undefined;
}

function unitsOf({ variants }: MetricAnalysis, wanted: string): number {
  return variants.find(({ variant }) => variant === wanted)?.units ?? 0;
}

/** What this look proves of a treatment by itself. Its interval is at alpha / treatments, so that it holds of all of them at once. */
function proofOfLook(input: DecisionInput, primary: MetricAnalysis, variant: string): Proof | undefined {
  const { spec, analysis } = input;
  const alwaysValid = differenceOf(primary, variant)?.corrected?.alwaysValid;
  if (!alwaysValid) return undefined;
  const { pValue, interval } = alwaysValid;
  const nearestToZero = improvementSign(primary.definition) > 0 ? interval.lower : interval.upper;
  const leastGain = improvementSign(primary.definition) * (nearestToZero ?? Number.NaN);
  if (!(leastGain > 0 && pValue < spec.alpha)) return undefined;
  const units = { control: unitsOf(primary, spec.control), treatment: unitsOf(primary, variant) };
  return { variant, takenAt: analysis.takenAt, pValue, interval, units, basis: basisOf(input, primary) };
}

/**
 * The proofs of earlier looks that hold at this one: nothing has been taken out of the totals since, all else is as it was, and
 * what is observed now is among the effects that the proof has left possible.
 */
function proofsThatHold(
  input: DecisionInput,
  primary: MetricAnalysis,
  earlier: readonly Proof[],
  treatments: readonly string[],
): Proof[] {
  const basis = basisOf(input, primary);
  return earlier.filter(({ variant, units, interval, ...proof }) => {
    const difference = differenceOf(primary, variant);
    return (
      treatments.includes(variant) &&
      difference !== undefined &&
      isWithin(difference.estimate, interval) &&
      unitsOf(primary, input.spec.control) >= units.control &&
      unitsOf(primary, variant) >= units.treatment &&
      isSameBasis(proof.basis, basis)
    );
  });
}

/** Whether a treatment would be promoted if those of its guardrails that are undecided were safe. */
function waitsForGuardrailsOnly(input: DecisionInput, wanted: string): boolean {
  const guardrails = input.guardrails.map((guardrail) =>
    guardrail.variant === wanted && guardrail.verdict === "unclear"
      ? { ...guardrail, verdict: "safe" as const }
      : guardrail,
  );
  const { action, variant } = decide({ ...input, guardrails, protectsOnly: false });
  return action === "promote" && variant === wanted;
}

/**
 * Decides by this look and by what earlier ones have proven. An always-valid p-value may be taken from the best of all looks: the
 * chance that it ever falls below alpha without an effect is at most alpha. So a treatment that has been proven better while a
 * guardrail was undecided needs no new proof when the guardrail is safe. Everything else is of this look, and a proof is
 * forgotten at the first look at which anything but undecided guardrails would have kept the treatment from its promotion.
 * Pure.
 * @param earlier the proofs of the look before
 * @returns the decision, and the proofs for the next look
 * @see Howard et al. 2021; Johari et al. 2022, for p-values that hold at every look
 */
export function decideOverLooks(
  input: DecisionInput,
  earlier: readonly Proof[] = [],
): { decision: Decision; proofs: Proof[] } {
  const primary = primaryOf(input);
  if (!primary || !countsEarlierLooks(input)) return { decision: decide(input), proofs: [] };
  const treatments = activeTreatmentsOf(input);
  const proofs = proofsThatHold(input, primary, earlier, treatments);
  const known = { ...input, proofs };
  const decision = decide(known);
  if (decision.action === "promote") {
    return { decision, proofs: proofs.filter(({ variant }) => variant === decision.variant) };
  }
  if (decision.action !== "continue" && decision.action !== "switch_off") return { decision, proofs: [] };
  const next = treatments.flatMap((variant) => {
    const candidates = [
      proofs.find((proof) => proof.variant === variant) ?? [],
      proofOfLook(input, primary, variant) ?? [],
    ].flat();
    const [strongest] = candidates.toSorted((a, b) => a.pValue - b.pValue);
    return strongest && variant !== decision.variant && waitsForGuardrailsOnly(known, variant)
      ? [strongest]
      : [];
  });
  return { decision, proofs: next };
}
