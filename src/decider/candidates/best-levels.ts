import type { FactorEffect, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Facts } from "#model/analysis/decision.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { activeTreatmentsOf, type Candidate, type DecisionInput, primaryOf } from "../checks/check.ts";

type Levels = Readonly<Record<string, string>>;

/** For every factor the level whose gain is proven at every look; factors without one keep control's. */
function provenLevels(primary: MetricAnalysis, effects: readonly FactorEffect[], alpha: number): Levels {
  const chosen = new Map<string, { level: string; gain: number }>();
  for (const { levels, estimate, adjustedAlwaysValidPValue } of effects) {
    const [only] = levels;
    const gain = improvementSign(primary.definition) * estimate;
    if (!only || gain <= 0 || adjustedAlwaysValidPValue >= alpha) continue;
    if (gain > (chosen.get(only.factor)?.gain ?? 0)) chosen.set(only.factor, { level: only.level, gain });
  }
  return Object.fromEntries([...chosen].map(([factor, { level }]) => [factor, level]));
}

/** Two chosen levels that are proven to spoil each other. */
function clashOf(
  primary: MetricAnalysis,
  interactions: readonly FactorEffect[],
  chosen: Levels,
  alpha: number,
): FactorEffect | undefined {
  return interactions.find(
    ({ levels, estimate, adjustedAlwaysValidPValue }) =>
      levels.every(({ factor, level }) => chosen[factor] === level) &&
      improvementSign(primary.definition) * estimate < 0 &&
      adjustedAlwaysValidPValue < alpha,
  );
}

function variantWith(spec: ExperimentSpec, chosen: Levels): string | undefined {
  const base = spec.variants.find(({ key }) => key === spec.control)?.levels ?? {};
  const wanted = { ...base, ...chosen };
  return spec.variants.find(({ levels }) =>
    Object.entries(wanted).every(([factor, level]) => levels?.[factor] === level),
  )?.key;
}

interface JoinedLevels {
  primary: MetricAnalysis;
  chosen: Levels;
  variant: string | undefined;
  clash: FactorEffect | undefined;
}

function joinLevels(input: DecisionInput): JoinedLevels | undefined {
  const { spec } = input;
  const primary = primaryOf(input);
  if (primary?.factorial?.status !== "ok") return undefined;
  const { mainEffects, interactions } = primary.factorial;
  const chosen = provenLevels(primary, mainEffects, spec.alpha);
  return {
    primary,
    chosen,
    variant: variantWith(spec, chosen),
    clash: clashOf(primary, interactions, chosen, spec.alpha),
  };
}

/** The arm's own difference to control: what it borrows from other arms is left aside. */
function ownGain(primary: MetricAnalysis, variant: string): number | undefined {
  const comparison = primary.comparisons.find((candidate) => candidate.variant === variant);
  if (comparison?.difference.status !== "ok") return undefined;
  return improvementSign(primary.definition) * comparison.difference.estimate;
}

/** Do the arm's own units prove a gain, however often one looks? It was chosen by its levels, so it is tested alone. */
function hasOwnGain({ spec }: DecisionInput, primary: MetricAnalysis, variant: string): boolean {
  const comparison = primary.comparisons.find((candidate) => candidate.variant === variant);
  if (comparison?.difference.status !== "ok") return false;
  const { estimate, alwaysValid } = comparison.difference;
  return improvementSign(primary.definition) * estimate > 0 && alwaysValid.pValue < spec.alpha;
}

/**
 * Promotion per factor level: the arm that joins the levels proven best. Levels borrow strength from all arms that share
 * them, so they find the arm sooner than arms alone would. Levels proven to clash are not joined. A clash that is not
 * proven yet could leave the arm no better than control, so its own units must prove the gain too.
 */
export function bestLevelsCandidate(input: DecisionInput): Candidate[] {
  const joined = joinLevels(input);
  if (joined?.variant === undefined || joined.clash) return [];
  const { primary, variant } = joined;
  const gain = ownGain(primary, variant);
  if (!activeTreatmentsOf(input).includes(variant) || gain === undefined) return [];
  return hasOwnGain(input, primary, variant) ? [{ variant, gain, pValue: null }] : [];
}

/** The levels proven best and the arm that joins them. */
export function describeLevels(input: DecisionInput): Facts {
  const joined = joinLevels(input);
  if (!joined) return {};
  const { primary, chosen, variant, clash } = joined;
  return {
    metric: primary.metric,
    levels: Object.entries(chosen)
      .map(([factor, level]) => `${factor}: ${level}`)
      .join(", "),
    provenFactors: Object.keys(chosen).length,
    clash: clash ? clash.levels.map(({ level }) => level).join(" × ") : null,
    variant: variant ?? null,
    ownGain: variant === undefined ? null : (ownGain(primary, variant) ?? null),
  };
}
