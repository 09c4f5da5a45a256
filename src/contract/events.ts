import * as z from "zod";
import { MAXIMUM_PROPERTIES } from "#model/experiment/event-properties.ts";
import {
  clientTimestampSchema,
  metricKeySchema,
  resourceKeySchema,
  unitIdentifierSchema,
  unitTokenSchema,
} from "#model/identifiers.ts";
import { MAXIMUM_METRIC_MAGNITUDE, type MetricDefinition } from "#model/metric/metric.ts";
import { MAXIMUM_HANDLE_CHARACTERS } from "#model/unit/handle.ts";
import { endpoint } from "./endpoint.ts";

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
  metricDefinitions,
}: {
  metricDefinitions: readonly Pick<MetricDefinition, "windowSeconds">[];
}): number {
  const windows = metricDefinitions.map(({ windowSeconds = 0 }) => windowSeconds * 1_000);
  return Math.max(LATE_EVENT_WINDOW_MILLISECONDS, ...windows);
}

/** What arrives later than this after it happened is counted as late: the numbers of its hour had been told without it. */
export const LATE_AFTER_MILLISECONDS = 3_600_000;

const metricValueSchema = z.union([
  z.number().min(-MAXIMUM_METRIC_MAGNITUDE).max(MAXIMUM_METRIC_MAGNITUDE),
  z.boolean().transform(Number),
]);

const propertySchema = z.union([z.string().max(256), z.number(), z.boolean()]);

const sized = (minimum: number, maximum: number) => (value: object) => {
  const size = Object.keys(value).length;
  return size >= minimum && size <= maximum;
};

/** Metric values observed for a unit. The id makes sending it again harmless. */
export const outcomeEventSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(128)
      .refine((id) => id.isWellFormed(), "an id must be well-formed Unicode"),
    experiment: resourceKeySchema,
    unit: unitIdentifierSchema,
    /** As the assignment said. Without it the unit must have been assigned before. */
    variant: resourceKeySchema.optional(),
    /** As the assignment said; by default the phase of the timestamp. Matters only where weights adapt. */
    phase: z.int().nonnegative().optional(),
    /** When it happened; by default when it arrived. */
    timestamp: clientTimestampSchema.optional(),
    metrics: z
      .record(metricKeySchema, metricValueSchema)
      .refine(sized(1, 50), "an event carries 1 to 50 metrics"),
    properties: z
      .record(z.string().min(1).max(64), propertySchema)
      .refine(sized(0, MAXIMUM_PROPERTIES), `an event carries at most ${MAXIMUM_PROPERTIES} properties`)
      .optional(),
    token: unitTokenSchema.optional(),
  })
  .meta({ id: "OutcomeEvent" });
export type OutcomeEvent = z.infer<typeof outcomeEventSchema>;

/** What became of a run, by the handle that names its experiment, unit and variant. */
export const handledEventSchema = outcomeEventSchema
  .pick({ id: true, timestamp: true, metrics: true, properties: true, token: true })
  .extend({ handle: z.string().max(MAXIMUM_HANDLE_CHARACTERS) })
  .meta({ id: "HandledEvent" });

/** Events are checked one by one, so that a bad one never sinks its neighbors. */
export const eventBatchSchema = z.strictObject({
  events: z.array(z.unknown()).min(1).max(MAXIMUM_EVENTS_PER_BATCH),
  /** Checks the events and records none of them: for trying an integration out. */
  test: z.boolean().default(false),
});

/** Why one entry of a batch was not recorded: its place, and a JSON pointer to the fault. */
export const rejectedEntrySchema = z.strictObject({
  index: z.int().nonnegative(),
  path: z.string(),
  code: z.string(),
  message: z.string(),
});
export type RejectedEntry = z.infer<typeof rejectedEntrySchema>;

export const rejectedEventSchema = rejectedEntrySchema.extend({ id: z.string().nullable() });
export type RejectedEvent = z.infer<typeof rejectedEventSchema>;

export const intakeWarningSchema = z.strictObject({ code: z.string(), message: z.string() });

/** Sent only after everything accepted is durable. */
export const eventReceiptSchema = z
  .strictObject({
    accepted: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    rejected: z.array(rejectedEventSchema),
    warnings: z.array(intakeWarningSchema),
  })
  .meta({ id: "EventReceipt" });
export type EventReceipt = z.infer<typeof eventReceiptSchema>;

const documentedBatchSchema = eventBatchSchema
  .extend({ events: z.array(z.union([outcomeEventSchema, handledEventSchema])).min(1) })
  .meta({ id: "EventBatch" });

export const postEvents = endpoint({
  method: "POST",
  path: "/v1/events",
  scope: "client",
  tag: "Events",
  summary: "Logs outcomes, up to 1,000 at once; sending one again is harmless",
  crossOrigin: true,
  body: eventBatchSchema,
  bodies: { "application/json": documentedBatchSchema },
  // Each event is screened on its own, so that a bad one never sinks its neighbors.
  screenedLevels: 1,
  reply: eventReceiptSchema,
});
