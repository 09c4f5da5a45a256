import { z } from "zod";
import { clientTimestamp, metricKey, resourceKey, unitIdentifier, unitToken } from "#model/identifiers.ts";
import { MAXIMUM_METRIC_MAGNITUDE, type MetricDefinition } from "#model/metric/metric.ts";
import { MAXIMUM_HANDLE_CHARACTERS } from "#model/unit/handle.ts";

export const MAXIMUM_EVENTS_PER_BATCH = 1_000;
export const MAXIMUM_BODY_BYTES = 1_048_576;

/** Clocks of client machines may run ahead by this much before their timestamps are refused. */
export const MAXIMUM_CLOCK_SKEW_MILLISECONDS = 5 * 60_000;

const LATE_EVENT_WINDOW_MILLISECONDS = 24 * 3_600_000;

/**
 * How long outcomes may arrive after an experiment has ended, in milliseconds: answers in flight, feedback that comes late. A
 * day, or as long as the longest conversion window of its metrics.
 */
export function lateEventWindowOf({
  definitions,
}: {
  definitions: readonly Pick<MetricDefinition, "windowSeconds">[];
}): number {
  const windows = definitions.map(({ windowSeconds = 0 }) => windowSeconds * 1_000);
  return Math.max(LATE_EVENT_WINDOW_MILLISECONDS, ...windows);
}

/** What arrives later than this after it happened is counted as late: the numbers of its hour had been told without it. */
export const LATE_AFTER_MILLISECONDS = 3_600_000;

const metricValue = z.union([
  z.number().min(-MAXIMUM_METRIC_MAGNITUDE).max(MAXIMUM_METRIC_MAGNITUDE),
  z.boolean().transform(Number),
]);

const property = z.union([z.string().max(256), z.number(), z.boolean()]);

const sized = (minimum: number, maximum: number) => (value: object) => {
  const size = Object.keys(value).length;
  return size >= minimum && size <= maximum;
};

/** Metric values observed for a unit. The id makes sending it again harmless. */
export const outcomeEvent = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(128)
      .refine((id) => id.isWellFormed(), "an id must be well-formed Unicode"),
    experiment: resourceKey,
    unit: unitIdentifier,
    /** As the assignment said. Without it the unit must have been assigned before. */
    variant: resourceKey.optional(),
    /** As the assignment said; by default the period of the timestamp. Matters only where weights adapt. */
    period: z.int().nonnegative().optional(),
    /** When it happened; by default when it arrived. */
    timestamp: clientTimestamp.optional(),
    metrics: z.record(metricKey, metricValue).refine(sized(1, 50), "an event carries 1 to 50 metrics"),
    properties: z
      .record(z.string().min(1).max(64), property)
      .refine(sized(0, 20), "an event carries at most 20 properties")
      .optional(),
    token: unitToken.optional(),
  })
  .meta({ id: "OutcomeEvent" });
export type OutcomeEvent = z.infer<typeof outcomeEvent>;

/** What became of a run, by the handle that names its experiment, unit and variant. */
export const handledEvent = outcomeEvent
  .pick({ id: true, timestamp: true, metrics: true, properties: true, token: true })
  .extend({ handle: z.string().max(MAXIMUM_HANDLE_CHARACTERS) })
  .meta({ id: "HandledEvent" });

/** Events are checked one by one, so that a bad one never sinks its neighbours. */
export const eventBatch = z.strictObject({
  events: z.array(z.unknown()).min(1).max(MAXIMUM_EVENTS_PER_BATCH),
});

/** Why one entry of a batch was not recorded: its place, and a JSON pointer to the fault. */
export const rejectedEntry = z.strictObject({
  index: z.int().nonnegative(),
  path: z.string(),
  code: z.string(),
  message: z.string(),
});
export type RejectedEntry = z.infer<typeof rejectedEntry>;

export const rejectedEvent = rejectedEntry.extend({ id: z.string().nullable() });
export type RejectedEvent = z.infer<typeof rejectedEvent>;

export const intakeWarning = z.strictObject({ code: z.string(), message: z.string() });

/** Sent only after everything accepted is durable. */
export const eventReceipt = z
  .strictObject({
    accepted: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    rejected: z.array(rejectedEvent),
    warnings: z.array(intakeWarning),
  })
  .meta({ id: "EventReceipt" });
export type EventReceipt = z.infer<typeof eventReceipt>;
