import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import type { LatestSummary, PrimarySummary } from "#contract/lists.ts";
import type { Forecast } from "#contract/overview.ts";
import type { ExperimentSpec, ExperimentStatus } from "#model/experiment/experiment.ts";
import { lookPlanOfPair, shareOf } from "#model/experiment/look-plan.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { treatmentsOf } from "./checks/check.ts";
import { MINIMUM_UNITS_PER_ARM } from "./checks/limits.ts";
import { futileChanceOf } from "./futile-chance.ts";
import { unitsUntilProven } from "./units-until-proven.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** What would take longer than this is not in sight: neither traffic nor difference stay as they are for so long. */
const HORIZON_DAYS = 365;

export interface ForecastInput {
  spec: ExperimentSpec;
  status: ExperimentStatus;
  /** Epoch milliseconds. */
  startedAt: number;
  latestSummary: LatestSummary | null;
  /** Of the present phase, in the order of the variants. */
  weights: readonly number[];
  /** Treatments that have left. */
  switchedOff: readonly string[];
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

/** The treatments that still get traffic. */
function activeOf({ spec, switchedOff }: ForecastInput): string[] {
  return treatmentsOf(spec).filter((key) => !switchedOff.includes(key));
}

/** How the treatments stand that still get traffic; undefined while one of them cannot be compared. */
function standingsOf(input: ForecastInput, { units, primary }: LatestSummary) {
  const active = activeOf(input);
  const standings = (primary?.comparisons ?? [])
    .filter(hasNumbers)
    .filter((one) => active.includes(one.variant));
  if (!primary || units === 0 || active.length === 0 || standings.length < active.length) return undefined;
  const sign = improvementSign(primary.metric);
  const scored = standings.map((comparison) => {
    const { variant, estimate } = comparison;
    const plan = lookPlanOfPair(input.spec, variant);
    const size = units * shareOf(input.spec, [input.spec.control, variant]);
    return {
      variant,
      gain: sign * estimate,
      score: scoreOf(comparison, twoSidedReach(plan, size, input.spec.alpha)),
    };
  });
  return scored.toSorted((a, b) => b.gain - a.gain);
}

/**
 * Units over all variants at which the primary metric would decide: the best treatment's gain is proven (Holm: at alpha /
 * treatments, also those that have left), or, where every treatment is behind, each one's loss (at alpha, as the decider asks).
 */
function unitsByDifference(input: ForecastInput, latest: LatestSummary): number | undefined {
  const standings = standingsOf(input, latest);
  const best = standings?.[0];
  if (!standings || !best) return undefined;
  const { spec, weights } = input;
  const until = (standing: (typeof standings)[number], level: number) =>
    unitsUntilProven(spec, weights, latest.units, standing, level);
  return best.gain > 0
    ? until(best, spec.alpha / treatmentsOf(spec).length)
    : Math.max(...standings.map((standing) => until(standing, spec.alpha)));
}

/** The chance to end as futile, where that is more likely than not, and the weights have stayed as planned. */
function futilityOf(input: ForecastInput, latest: LatestSummary): { futileChance?: number } {
  const { spec, weights } = input;
  const standings = standingsOf(input, latest) ?? [];
  const [only] = standings;
  const isAsPlanned = spec.variants.every(({ weight }, index) => weight === weights[index]);
  // With several treatments all of them have to be hopeless, whose chance is not known.
  if (!only || treatmentsOf(spec).length > 1 || !isAsPlanned || spec.rule.type !== "superiority") return {};
  // It is not derived for quantiles, so that none is given up.
  if (latest.primary?.metric.type === "quantile") return {};
  const score = Math.sign(only.gain) * only.score;
  const chance = futileChanceOf(spec, only.variant, score, latest.units, spec.minimumUnits);
  return chance !== undefined && chance > 0.5 ? { futileChance: chance } : {};
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
  const staying = [input.spec.control, ...activeOf(input)];
  /** Until the arm that takes longest has enough units: so far it grew by its planned weight, and from now on by its present one. */
  const byArms = variants.flatMap(({ key, weight }, index) => {
    const missing = Math.max(0, MINIMUM_UNITS_PER_ARM - units * weight);
    return staying.includes(key)
      ? [missing === 0 ? 0 : missing / (input.weights[index] ?? weight) / unitsPerDay]
      : [];
  });
  const arriving = (wanted: number) => Math.max(0, (wanted - units) / unitsPerDay);
  const byMinimum = Math.max(arriving(minimumUnits), ...byArms, daysUntil(input, minimumDurationSeconds));
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
 * arms grow by the weights of the present phase, and that the observed difference and the variance of a unit stay as they are: an honest
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
  if (byMaximum < Number.POSITIVE_INFINITY)
    return { ...expected("maximum", byMaximum), ...futilityOf(input, latestSummary) };
  if (!byDifferenceOnly) return unknown("not_by_difference");
  return unknown(needed === undefined ? "insufficient_data" : "no_difference_in_sight");
}
