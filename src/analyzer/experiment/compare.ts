import type { Comparison, Difference } from "#model/analysis/analysis.ts";
import type { LookPlan } from "#model/experiment/look-plan.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { differenceOf } from "../estimates/difference.ts";
import { relativeDifferenceOf } from "../estimates/relative-difference.ts";
import type { UnitStatistics } from "../estimates/unit-statistics.ts";
import { bayesianResult, proportionResult } from "./secondary-tests.ts";

export interface ComparisonSettings {
  alpha: number;
  plan: LookPlan;
  method?: Difference["method"];
  earlier?: Difference["running"] | undefined;
  /** Both arms as observed, for tests of counts: statistics may be adjusted, and an adjusted share is no count. */
  observed?: ArmPair;
}

interface ArmPair {
  control: UnitStatistics | undefined;
  treatment: UnitStatistics | undefined;
}

/** Medians of both arms' event values, where distributions are kept. */
export type Medians = ArmPair;

/** One treatment against control: absolute and relative, for one look and for constant looking, and the second opinions. */
export function compare(
  definition: MetricDefinition,
  variant: string,
  control: UnitStatistics | undefined,
  treatment: UnitStatistics | undefined,
  settings: ComparisonSettings,
  medians?: Medians,
): Comparison {
  const { alpha, plan, method = "welch_t", earlier, observed = { control, treatment } } = settings;
  const difference = differenceOf(definition, control, treatment, { alpha, plan, method, earlier });
  const median = medians
    ? differenceOf(definition, medians.control, medians.treatment, {
        alpha,
        plan,
        method: "woodruff",
      })
    : null;
  if (difference.status !== "ok" || !control || !treatment) {
    const reason = difference.status === "ok" ? "insufficient_data" : difference.reason;
    const missing = { status: "unavailable", reason } as const;
    return { variant, difference, relative: missing, bayesian: missing, proportion: null, median };
  }
  return {
    variant,
    difference,
    relative: relativeDifferenceOf(definition, control, treatment, { alpha, plan }),
    bayesian: bayesianResult(definition, difference, alpha),
    proportion: proportionResult(
      definition,
      observed.control ?? control,
      observed.treatment ?? treatment,
      alpha,
    ),
    median,
  };
}
