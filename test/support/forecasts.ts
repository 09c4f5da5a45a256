import { differenceOf } from "#analyzer/estimates/difference.ts";
import type { UnitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import type { LatestSummary } from "#contract/lists.ts";
import { type ForecastInput, forecastDecision } from "#decider/forecast.ts";
import type { LookPlan } from "#model/experiment/look-plan.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

export const DAY = 86_400_000;
export const cost = metric({ key: "cost_usd", type: "mean", direction: "decrease" });

export function arm(units: number, estimate: number, deviation: number): UnitStatistics {
  const unitVariance = deviation ** 2;
  return {
    units,
    effectiveUnits: units,
    observations: units,
    estimate,
    unitVariance,
    squaredError: unitVariance / units,
    oneObservationPerUnit: true,
  };
}

/** What the engine says of two even arms of a cost that lie apart by `difference`. */
export function look(units: number, difference: number, plan: LookPlan) {
  const compared = differenceOf(cost, arm(units / 2, 10, 4), arm(units / 2, 10 + difference, 4), {
    alpha: 0.05,
    plan,
    method: "welch_t",
  });
  if (compared.status !== "ok") throw new Error(compared.reason);
  return compared;
}

export function reading(
  units: number,
  difference: number,
  plan: LookPlan = { horizon: "open", plannedUnits: 5_000 },
): LatestSummary {
  const compared = look(units, difference, plan);
  const { key, name, type, direction, displayUnit } = cost;
  return {
    takenAt: 10 * DAY,
    units,
    action: "continue",
    reason: "undecided",
    summary: "",
    guardrails: { safe: 0, unclear: 0, harmed: 0 },
    primary: {
      metric: { key, name, type, direction, displayUnit },
      comparisons: [
        {
          variant: "treatment",
          estimate: compared.estimate,
          standardError: compared.standardError,
          alwaysValid: compared.alwaysValid.interval,
        },
      ],
    },
  };
}

export function evaluate(overrides: Partial<ForecastInput> = {}) {
  const experiment = overrides.spec ?? spec({ metrics: [{ metric: "cost_usd", role: "primary" }] });
  return forecastDecision({
    spec: experiment,
    weights: experiment.variants.map(({ weight }) => weight),
    switchedOff: [],
    status: "running",
    startedAt: 0,
    latestSummary: reading(1_000, -0.3),
    unitsPerDay: 100,
    now: 10 * DAY,
    ...overrides,
  });
}
