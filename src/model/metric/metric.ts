import * as z from "zod";
import { descriptionSchema, displayNameSchema, metricKeySchema } from "../identifiers.ts";
import { adjustForSchema } from "../unit/adjustment.ts";

/** Metric values beyond this magnitude are refused: their squares would leave the range where sums stay exact. */
export const MAXIMUM_METRIC_MAGNITUDE = 1e12;

const metricNumberSchema = z.number().min(-MAXIMUM_METRIC_MAGNITUDE).max(MAXIMUM_METRIC_MAGNITUDE);

/**
 * Which values a metric has. `proportion`: 0 or 1. `mean`: numbers of at most {@link MAXIMUM_METRIC_MAGNITUDE}. `quantile`: none of
 * its own, it is a quantile of those that are logged for another metric.
 */
export const metricTypeSchema = z.enum(["proportion", "mean", "quantile"]);

/**
 * What it means for a metric per unit that an exposed unit has no event of it. `zero`: nothing happened, as when nothing was
 * spent · `missing`: nothing is known of it, so it is left out · `failure`: of a proportion, the bad value.
 */
export const absenceSchema = z.enum(["zero", "missing", "failure"]);
export type Absence = z.infer<typeof absenceSchema>;

/** From a minute to 30 days. */
export const conversionWindowSchema = z
  .int()
  .min(60)
  .max(30 * 86_400);

/** One to five properties of an event with the values that they must have. */
export const eventFilterSchema = z
  .record(z.string().min(1).max(64), z.union([z.string().max(256), z.number(), z.boolean()]))
  .refine((filter) => Object.keys(filter).length >= 1 && Object.keys(filter).length <= 5, {
    message: "a filter names 1 to 5 properties",
  });

/** Whoever holds a page's token can log for its own unit what it likes. */
export const metricTrustSchema = z.enum(["any", "server"]).meta({
  description:
    "Whose values enter the metric. any: those of server keys, and those of client keys for units that are vouched for. server: those of server keys alone; what comes by a client key is kept in the log and left out.",
});
export type MetricTrust = z.infer<typeof metricTrustSchema>;

/** How many events of one unit a metric per event takes, the first ones. */
export const maximumEventsPerUnitSchema = z.int().min(1).max(100_000);

/** The direction in which a change is good. */
export const metricDirectionSchema = z.enum(["increase", "decrease"]);

const metricShapeSchema = z.strictObject({
  key: metricKeySchema,
  name: displayNameSchema,
  description: descriptionSchema.default(""),
  type: metricTypeSchema,
  /** `event`: an average over events, with units as clusters · `unit`: one total per unit */
  per: z.enum(["event", "unit"]).default("event"),
  direction: metricDirectionSchema,
  trust: metricTrustSchema.default("any"),
  /** Only of a metric per unit. Definitions from before it was asked for have none, which counts as `zero`. */
  absent: absenceSchema.optional(),
  /**
   * Conversion window: how long after its first exposure a unit's outcomes count. A unit enters once its window has passed,
   * so that an arm that answers sooner has no head start; what comes before the exposure or after the window is left out.
   */
  windowSeconds: conversionWindowSchema.optional(),
  /** A unit's events with the metric beyond the first so many do not enter. Only of a metric per event that is no ratio. */
  maximumEventsPerUnit: maximumEventsPerUnitSchema.optional(),
  /** What is taken out of the variance of its comparisons. Only in an experiment, which chooses it for all of its metrics. */
  adjustFor: adjustForSchema.optional(),
  /**
   * What every outcome event reports of this metric without naming it. With `absent` it tells units that have outcomes from
   * those that have none.
   */
  impliedValue: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Values above the cap count as the cap (winsorizing): per event, or per unit's total for `per: unit`. */
  cap: metricNumberSchema.positive().optional(),
  minimum: metricNumberSchema.optional(),
  maximum: metricNumberSchema.optional(),
  /** The logged key whose values it sums; by default its own. */
  numerator: metricKeySchema.optional(),
  /** Makes it a ratio: the sum of the numerator's values over the sum of the values logged under this key. */
  denominator: metricKeySchema.optional(),
  /** Counts only events whose properties have these values. */
  filter: eventFilterSchema.optional(),
  quantile: z.number().gt(0).lt(1).optional(),
  /** The metric whose logged values a quantile metric reads. */
  source: metricKeySchema.optional(),
  /** Keep the distribution of the logged values too: for quantiles, and for a reading that outliers cannot bend. */
  distribution: z.boolean().default(false),
  /** How values are shown: `ms`, `USD`, `tokens`, … */
  displayUnit: z.string().max(20).default(""),
});

/** Whether a metric's units can enter after a conversion window; sketches are not kept per window. */
export function canHaveWindow({ type, distribution }: { type: string; distribution: boolean }): boolean {
  return type !== "quantile" && !distribution;
}

/** Whether a unit's events with a metric can be limited; of a ratio only its sums are kept. */
export function canBeLimited({
  per,
  denominator,
}: {
  per: string;
  denominator?: string | undefined;
}): boolean {
  return per === "event" && denominator === undefined;
}

/** Whether variance can be explained away: a quantile is no sum over units. */
export function canBeAdjusted({ type }: { type: string }): boolean {
  return type !== "quantile";
}

/** Sketches are kept by logged key, for all of its values. */
function needsSketch({ type, distribution }: { type: string; distribution: boolean }): boolean {
  return type === "quantile" || distribution;
}

/** What a metric measures and how it is aggregated. Frozen into an experiment when it starts. */
export const metricDefinitionSchema = metricShapeSchema
  .refine(
    (metric) => metric.type !== "quantile" || (metric.quantile !== undefined && metric.source !== undefined),
    {
      path: ["quantile"],
      message: "a quantile metric needs quantile and source",
    },
  )
  .refine(
    (metric) => metric.type === "quantile" || (metric.quantile === undefined && metric.source === undefined),
    {
      path: ["quantile"],
      message: "only a quantile metric has quantile and source",
    },
  )
  .refine(
    (metric) =>
      metric.minimum === undefined || metric.maximum === undefined || metric.minimum < metric.maximum,
    {
      path: ["minimum"],
      message: "minimum must lie below maximum",
    },
  )
  .refine(
    (metric) =>
      metric.type !== "proportion" ||
      (metric.minimum === undefined && metric.maximum === undefined && metric.cap === undefined),
    {
      path: ["type"],
      message: "a proportion's values are 0 or 1 and take no bounds or cap",
    },
  )
  .refine((metric) => metric.absent === undefined || metric.per === "unit", {
    path: ["absent"],
    message: "only a metric per unit says what no event means",
  })
  .refine((metric) => metric.maximumEventsPerUnit === undefined || canBeLimited(metric), {
    path: ["maximumEventsPerUnit"],
    message: "only a metric per event that is no ratio has a limit of events per unit",
  })
  .refine((metric) => metric.absent !== "failure" || metric.type === "proportion", {
    path: ["absent"],
    message: "only a proportion has a value that is a failure",
  })
  .refine((metric) => metric.windowSeconds === undefined || canHaveWindow(metric), {
    path: ["windowSeconds"],
    message: "quantiles and distributions are counted as values arrive, without a conversion window",
  })
  .refine(
    (metric) => metric.impliedValue === undefined || (metric.type === "proportion" && metric.per === "unit"),
    {
      path: ["impliedValue"],
      message: "only a proportion per unit has an implied value",
    },
  )
  .refine((metric) => metric.numerator === undefined || !needsSketch(metric), {
    path: ["numerator"],
    message: "quantiles and distributions are of a metric's own values",
  })
  .refine((metric) => metric.filter === undefined || !needsSketch(metric), {
    path: ["filter"],
    message: "quantiles and distributions are of all values",
  })
  .refine(
    (metric) =>
      metric.denominator === undefined ||
      (metric.type === "mean" && metric.per === "event" && !metric.distribution && metric.cap === undefined),
    {
      path: ["denominator"],
      message: "a ratio is a mean per event, without a cap and without a distribution",
    },
  )
  .meta({ id: "MetricDefinition" });
export type MetricDefinition = z.infer<typeof metricDefinitionSchema>;

/** A definition as people give it. */
export const newMetricSchema = metricDefinitionSchema.refine(({ adjustFor }) => adjustFor === undefined, {
  path: ["adjustFor"],
  message: "what is adjusted for is chosen by an experiment, for all of its metrics",
});

/** What silence means for a unit of this metric, if anything. */
export function absenceOf({ per, absent }: Pick<MetricDefinition, "per" | "absent">): Absence | undefined {
  return per === "unit" ? (absent ?? "zero") : undefined;
}

/** A new definition: silence is never the best value of an error or a latency by accident, so it is no value at all. */
export function completeMetric(definition: MetricDefinition): MetricDefinition {
  if (definition.per !== "unit" || definition.absent !== undefined) return definition;
  return { ...definition, absent: "missing" };
}

/** Everything of a definition may change but its key; running experiments keep the definition they started with. */
export const metricUpdateSchema = metricShapeSchema
  .omit({ key: true, adjustFor: true })
  .meta({ id: "MetricUpdate" });

/** Only a metric that no active experiment has can be archived. */
export const metricArchivingSchema = z
  .strictObject({ archived: z.boolean() })
  .meta({ id: "MetricArchiving" });

const HOUR_IN_MILLISECONDS = 3_600_000;
const MOST_TOKENS = 10_000_000;

/**
 * The most that a built-in metric takes where its definition names no maximum, so that experiments which froze theirs before
 * have one too: a single value beyond all reason would blunt an experiment for good.
 */
const BUILT_IN_MAXIMA: ReadonlyMap<string, number> = new Map([
  ["latency_ms", HOUR_IN_MILLISECONDS],
  ["ttft_ms", HOUR_IN_MILLISECONDS],
  ["cost_usd", 1_000],
  ["input_tokens", MOST_TOKENS],
  ["output_tokens", MOST_TOKENS],
]);

type Logged = Pick<MetricDefinition, "key" | "numerator" | "denominator" | "source">;

/** The key under which the values are logged that a metric sums, or whose quantile it is. */
export function valueKeyOf({ key, numerator, source }: Logged): string {
  return source ?? numerator ?? key;
}

/** Every key that apps log for a metric. */
export function loggedKeysOf(definition: Logged): string[] {
  const { denominator } = definition;
  return [valueKeyOf(definition), ...(denominator === undefined ? [] : [denominator])];
}

/** The most that one logged value of a metric may be; undefined where nothing bounds it. */
export function maximumOf({ key, maximum }: Pick<MetricDefinition, "key" | "maximum">): number | undefined {
  return maximum ?? BUILT_IN_MAXIMA.get(key);
}

/** Why a value cannot be logged under a key as far as one metric is concerned, or undefined when it can. */
export function invalidLoggedValueReason(
  metric: MetricDefinition,
  key: string,
  value: number,
): string | undefined {
  if (key === metric.key && !loggedKeysOf(metric).includes(key)) {
    return `${key} is computed from ${loggedKeysOf(metric).join(" and ")}: log that instead`;
  }
  if (key === metric.denominator && value < 0) return "a denominator's value is not negative";
  return metric.type !== "quantile" && key === valueKeyOf(metric)
    ? invalidValueReason(metric, value)
    : undefined;
}

/**
 * Says why a value is impossible for the metric that sums it.
 * @returns the reason in words, or undefined when the value is fine
 */
export function invalidValueReason(metric: MetricDefinition, value: number): string | undefined {
  if (metric.type === "proportion")
    return value === 0 || value === 1 ? undefined : "a proportion's value is 0, 1, true or false";
  if (metric.minimum !== undefined && value < metric.minimum)
    return `the value lies below the metric's minimum ${metric.minimum}`;
  const maximum = maximumOf(metric);
  if (maximum !== undefined && value > maximum) return `the value lies above the metric's maximum ${maximum}`;
  return undefined;
}
