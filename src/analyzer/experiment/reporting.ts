import type { Analysis } from "#model/analysis/analysis.ts";
import type { ArmAnnouncement } from "#model/analysis/data-quality.ts";
import type { ExperimentTotals, MetricMoments } from "#model/analysis/moments.ts";
import type { MetricReporting, ReportingCheck } from "#model/analysis/reporting.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { plannedUnitsOfPair } from "#model/experiment/planned-units.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { combineStaying } from "../allocation/combine-phases.ts";
import { differenceOf } from "../estimates/difference.ts";
import { eligibleUnitsOf } from "../estimates/eligible-units.ts";
import { emptyMoments } from "../estimates/moments.ts";
import { effectiveUnitsOf, type UnitStatistics, valueOfSilence } from "../estimates/unit-statistics.ts";
import { toNumber } from "../numeric/exact-sum.ts";

/** Of what is counted here only the type matters to a comparison. */
const counted = (type: "proportion" | "mean"): MetricDefinition => ({
  key: "reporting",
  name: "Reporting",
  description: "",
  type,
  per: "event",
  direction: "increase",
  trust: "any",
  distribution: false,
  displayUnit: "",
});
const RESPONSES = counted("proportion");
const EVENTS = counted("mean");

/** A plain mean over units. @returns undefined where there is no unit */
function meanOver(units: number, sum: number, squares: number): UnitStatistics | undefined {
  if (units === 0) return undefined;
  const estimate = sum / units;
  const unitVariance = units > 1 ? Math.max(0, squares - sum * estimate) / (units - 1) : 0;
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

/** How often the units of an arm have reported a metric. */
type EventCounts = Pick<MetricMoments, "units" | "d" | "dd">;

/** The share of the exposed units that have reported the metric. */
const responseShare = ({ units }: EventCounts, exposed: number) =>
  meanOver(exposed, Math.min(units, exposed), Math.min(units, exposed));

/** How often a unit that has reported the metric has done so. */
const eventsPerUnit = ({ units, d, dd }: EventCounts) => meanOver(units, toNumber(d), toNumber(dd));

type Measure = (counts: EventCounts, exposed: number) => UnitStatistics | undefined;

/** A quantile's values are those of its source, which need not be a metric of the experiment: its sketch has counted them. */
function countsOf(definition: MetricDefinition, totals: ExperimentTotals, variant: string): EventCounts {
  const arm = totals.variants[variant];
  if (definition.type !== "quantile") return arm?.metrics[definition.key] ?? emptyMoments();
  const sketch = arm?.sketches[definition.source ?? definition.key];
  if (!sketch) return emptyMoments();
  return { units: sketch.units, d: [sketch.events, 0], dd: [sketch.squaredEvents, 0] };
}

const leftOf = ({ variants }: ExperimentSpec, switchedOff: readonly string[]) =>
  variants.map(({ key }) => switchedOff.includes(key));

/** One number per arm; where weights adapted, averaged over the phases like everything else. */
function readArms(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  phases: readonly ExperimentTotals[],
  switchedOff: readonly string[],
  read: Measure,
): (UnitStatistics | undefined)[] {
  const byPhase = phases.map((totals) =>
    spec.variants.map(({ key }) =>
      read(countsOf(definition, totals, key), eligibleUnitsOf(definition, totals.variants[key])),
    ),
  );
  const [only = []] = byPhase;
  return byPhase.length > 1 ? combineStaying(byPhase, leftOf(spec, switchedOff)) : only;
}

function compareArms(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  arms: readonly (UnitStatistics | undefined)[],
): ReportingCheck[] {
  const control = arms[spec.variants.findIndex(({ key }) => key === spec.control)];
  return spec.variants.flatMap(({ key: variant }, index): ReportingCheck[] => {
    if (variant === spec.control) return [];
    const treatment = arms[index];
    const difference = differenceOf(definition, control, treatment, {
      alpha: spec.alpha,
      // An interval without end: what only holds promotions back does not need a maximum.
      plan: { horizon: "open", plannedUnits: plannedUnitsOfPair(spec, variant) },
      method: "welch_t",
    });
    if (difference.status === "ok") {
      return [{ variant, difference: difference.estimate, pValue: difference.alwaysValid.pValue }];
    }
    if (difference.reason !== "zero_variance" || !control || !treatment) {
      return [{ variant, difference: null, pValue: null }];
    }
    // All units of an arm do the same: the arms do as well, or they differ in every one of them.
    const gap = treatment.estimate - control.estimate;
    return [{ variant, difference: gap, pValue: gap === 0 ? 1 : 0 }];
  });
}

/**
 * Of whom would one know without an outcome?
 * @returns null where it was not counted from the start
 */
export function readAnnouncements(spec: ExperimentSpec, totals: ExperimentTotals): ArmAnnouncement[] | null {
  const arms = spec.variants.map(({ key: variant }) => {
    const { units = 0, announced = units === 0 ? 0 : undefined } = totals.variants[variant] ?? {};
    return { variant, units, announced };
  });
  const counted = arms.flatMap(({ announced, ...arm }) =>
    announced === undefined ? [] : [{ ...arm, announced }],
  );
  return counted.length === arms.length ? counted : null;
}

/**
 * Do as many of the exposed units of each arm have any outcome at all? Units that are lost are seldom lost by chance.
 * @returns null where it was not counted from the start
 */
export function checkResponses(
  spec: ExperimentSpec,
  phases: readonly ExperimentTotals[],
  switchedOff: readonly string[] = [],
): Analysis["responses"] {
  const counts = phases.map((totals) =>
    spec.variants.map(({ key }) => {
      const { units = 0, responding = units === 0 ? 0 : undefined } = totals.variants[key] ?? {};
      return { units, responding };
    }),
  );
  const isCounted = counts.flat().every(({ responding }) => responding !== undefined);
  if (!isCounted) return null;
  const byPhase = counts.map((arms) =>
    arms.map(({ units, responding = 0 }) => meanOver(units, responding, responding)),
  );
  const [only = []] = byPhase;
  const shares = byPhase.length > 1 ? combineStaying(byPhase, leftOf(spec, switchedOff)) : only;
  return {
    arms: spec.variants.map(({ key: variant }, index) => ({
      variant,
      exposed: counts.reduce((sum, arms) => sum + (arms[index]?.units ?? 0), 0),
      responding: counts.reduce((sum, arms) => sum + (arms[index]?.responding ?? 0), 0),
    })),
    checks: compareArms(spec, RESPONSES, shares),
  };
}

/**
 * Do the arms report a metric alike? What a treatment silences, or what it makes people do more often, bends a metric
 * without any user being better off: both are compared like outcomes, by p-values that hold at every look.
 * @see Fabijan et al. 2019, "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments"; Deng, Lu, Litz 2017,
 * "Trustworthy Analysis of Online A/B Tests", for ratios whose denominators move
 */
export function checkReporting(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  phases: readonly ExperimentTotals[],
  switchedOff: readonly string[] = [],
): MetricReporting {
  const shares = readArms(spec, definition, phases, switchedOff, responseShare);
  const events = readArms(spec, definition, phases, switchedOff, eventsPerUnit);
  const arms = spec.variants.map(({ key: variant }, index) => {
    const counts = phases.map((totals) => countsOf(definition, totals, variant));
    return {
      variant,
      exposed: phases.reduce((sum, { variants }) => sum + eligibleUnitsOf(definition, variants[variant]), 0),
      reporting: counts.reduce((sum, { units }) => sum + units, 0),
      eventsPerUnit: events[index]?.estimate ?? null,
      effectiveUnits: counts.reduce((sum, one) => sum + effectiveUnitsOf(one), 0),
    };
  });
  // Where silence is a value, it is part of what the metric measures.
  const isSilenceMissing = valueOfSilence(definition) === undefined;
  return {
    arms,
    responses: isSilenceMissing ? compareArms(spec, RESPONSES, shares) : [],
    eventsPerUnit: definition.per === "event" ? compareArms(spec, EVENTS, events) : [],
  };
}
