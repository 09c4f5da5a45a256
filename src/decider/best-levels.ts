import type { FactorEffect, MetricAnalysis } from "../model/analysis.ts";
import type { ExperimentSpec } from "../model/experiment.ts";
import { type DecisionInput, goodSign, type RuleOutcome } from "./rule.ts";

type Levels = Readonly<Record<string, string>>;

/** For every factor the level whose gain is proven at every look; factors without one keep control's. */
function provenLevels(primary: MetricAnalysis, effects: readonly FactorEffect[], alpha: number): Levels {
  const chosen = new Map<string, { level: string; gain: number }>();
  for (const { levels, estimate, adjustedAlwaysValidPValue } of effects) {
    const [only] = levels;
    const gain = goodSign(primary) * estimate;
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
      goodSign(primary) * estimate < 0 &&
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

/**
 * Promotion per factor level: the arm that joins the levels proven best. It borrows strength from all arms that share a
 * level, so it may be decided long before that arm alone could be. Levels proven to clash are not joined.
 */
export function bestLevels(
  { spec }: DecisionInput,
  primary: MetricAnalysis | undefined,
  passesGuardrails: (variant: string) => boolean,
): RuleOutcome {
  const factorial = primary?.factorial;
  if (!primary || factorial?.status !== "ok") return { applies: false, facts: {} };
  const chosen = provenLevels(primary, factorial.mainEffects, spec.alpha);
  const variant = variantWith(spec, chosen);
  const clash = clashOf(primary, factorial.interactions, chosen, spec.alpha);
  const facts = {
    metric: primary.metric,
    levels: Object.entries(chosen)
      .map(([factor, level]) => `${factor}: ${level}`)
      .join(", "),
    provenFactors: Object.keys(chosen).length,
    clash: clash ? clash.levels.map(({ level }) => level).join(" × ") : null,
    variant: variant ?? null,
  };
  if (variant === undefined || variant === spec.control || clash || !passesGuardrails(variant)) {
    return { applies: false, facts };
  }
  return { applies: true, facts, action: "promote", code: "best_levels_proven", variant };
}
