import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import { unitsUntilEvident } from "#analyzer/sequential/units-until-evident.ts";
import type { LatestSummary, PrimarySummary } from "#contract/lists.ts";
import type { Forecast } from "#contract/overview.ts";
import type { ExperimentSpec, ExperimentStatus } from "#model/experiment/experiment.ts";
import { lookPlanOf, lookPlanOfPair, sizeOf } from "#model/experiment/look-plan.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { treatmentsOf } from "./checks/check.ts";
import { MINIMUM_UNITS_PER_ARM } from "./checks/limits.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** What would take longer than this is not in sight: neither traffic nor difference stay as they are for so long. */
const HORIZON_DAYS = 365;

export interface ForecastInput {
  spec: ExperimentSpec;
  status: ExperimentStatus;
  /** Epoch milliseconds. */
  startedAt: number;
  latestSummary: LatestSummary | null;
  /** Units of all variants; null before the first, or when it has not been observed for long enough. */
  unitsPerDay: number | null;
  now: number;
}

type ComparisonSummary = PrimarySummary["comparisons"][number] & { estimate: number; standardError: number };

function hasNumbers(comparison: PrimarySummary["comparisons"][number]): comparison is ComparisonSummary {
  return comparison.estimate !== null && comparison.standardError !== null;
}

/**
 * The score behind the always-valid interval: its half-width says which error it was made with, wider than the standard
 * error in small arms. An end that is cut off (a proportion cannot differ by more than 1) would say too little.
 */
function scoreOf({ estimate, standardError, alwaysValid }: ComparisonSummary, multiplier: number): number {
  const nearEnd = estimate > 0 ? alwaysValid?.lower : alwaysValid?.upper;
  const reach = Math.abs(estimate - (nearEnd ?? estimate));
  const error = Math.max(standardError, reach / multiplier);
  return error > 0 ? Math.abs(estimate) / error : 0;
}

/** Units over all variants at which one treatment's interval would exclude 0. */
function unitsUntil(
  spec: ExperimentSpec,
  units: number,
  comparison: ComparisonSummary,
  level: number,
): number {
  const plan = lookPlanOfPair(spec, comparison.variant);
  const share = sizeOf(plan) / sizeOf(lookPlanOf(spec));
  const score = scoreOf(comparison, twoSidedReach(plan, units * share, spec.alpha));
  const needed = unitsUntilEvident({ score, units: units * share }, { alpha: spec.alpha, level, plan });
  return needed / share;
}

/**
 * Units over all variants at which the primary metric would decide: the best treatment's gain is proven (Holm: at alpha /
 * treatments), or, where every treatment is behind, each one's loss (at alpha, as the decider asks).
 */
function unitsByDifference({ spec }: ForecastInput, { units, primary }: LatestSummary): number | undefined {
  const treatments = treatmentsOf(spec).length;
  const standings = primary?.comparisons.filter(hasNumbers) ?? [];
  if (!primary || units === 0 || standings.length < treatments) return undefined;
  const sign = improvementSign(primary.metric);
  const best = standings.reduce((leader, candidate) =>
    sign * candidate.estimate > sign * leader.estimate ? candidate : leader,
  );
  return sign * best.estimate > 0
    ? unitsUntil(spec, units, best, spec.alpha / treatments)
    : Math.max(...standings.map((standing) => unitsUntil(spec, units, standing, spec.alpha)));
}

function daysUntil({ startedAt, now }: ForecastInput, seconds: number): number {
  return Math.max(0, (startedAt + seconds * 1_000 - now) / MILLISECONDS_PER_DAY);
}

interface Schedule {
  byMinimum: number;
  /** Infinity without a maximum. */
  byMaximum: number;
}

/** Days until the limits of units and time are reached. */
function scheduleOf(input: ForecastInput, units: number, unitsPerDay: number): Schedule {
  const { minimumUnits, maximumUnits, minimumDurationSeconds, maximumDurationSeconds, variants } = input.spec;
  const smallestWeight = Math.min(...variants.map(({ weight }) => weight));
  const arriving = (wanted: number) => Math.max(0, (wanted - units) / unitsPerDay);
  const byMinimum = Math.max(
    arriving(Math.max(minimumUnits, MINIMUM_UNITS_PER_ARM / smallestWeight)),
    daysUntil(input, minimumDurationSeconds),
  );
  const byMaximum = Math.min(
    maximumUnits === undefined ? Number.POSITIVE_INFINITY : arriving(maximumUnits),
    maximumDurationSeconds === undefined
      ? Number.POSITIVE_INFINITY
      : daysUntil(input, maximumDurationSeconds),
  );
  return { byMinimum, byMaximum: Math.max(byMinimum, byMaximum) };
}

const unknown = (reason: Extract<Forecast, { status: "unknown" }>["reason"]): Forecast => ({
  status: "unknown",
  reason,
});

/**
 * When a running experiment can be expected to decide. Pure. Assumes that units keep arriving at the present rate, that
 * arms grow by their weights, and that the observed difference and the variance of a unit stay as they are: an honest
 * extrapolation, no promise, since the true difference is somewhere in the interval. Errors then shrink with √units while
 * the always-valid multiplier changes as in `unitsUntilEvident`. Guardrails that are still unclear may come later.
 */
export function forecastDecision(input: ForecastInput): Forecast {
  const { spec, status, latestSummary, unitsPerDay } = input;
  if (latestSummary?.action === "hold" && latestSummary.reason !== "no_traffic") return unknown("on_hold");
  if (status !== "running" || unitsPerDay === 0) return unknown("no_traffic");
  if (unitsPerDay === null) return unknown(latestSummary?.units ? "insufficient_data" : "no_traffic");
  if (!latestSummary) return unknown("insufficient_data");

  const { byMinimum, byMaximum } = scheduleOf(input, latestSummary.units, unitsPerDay);
  const expected = (basis: Extract<Forecast, { status: "expected" }>["basis"], days: number): Forecast => ({
    status: "expected",
    basis,
    units: Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(days * unitsPerDay)),
    days,
  });
  const byDifferenceOnly = spec.rule.type === "superiority";
  const needed = byDifferenceOnly ? unitsByDifference(input, latestSummary) : undefined;
  const byDifference =
    needed === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(0, Math.ceil(needed) - latestSummary.units) / unitsPerDay;
  if (Math.max(byDifference, byMinimum) <= Math.min(byMaximum, HORIZON_DAYS)) {
    return byDifference < byMinimum
      ? expected("minimum", byMinimum)
      : expected("observed_difference", byDifference);
  }
  if (byMaximum < Number.POSITIVE_INFINITY) return expected("maximum", byMaximum);
  if (!byDifferenceOnly) return unknown("not_by_difference");
  return unknown(needed === undefined ? "insufficient_data" : "no_difference_in_sight");
}
