import * as z from "zod";
import { resourceKeySchema } from "../identifiers.ts";
import { probabilitySchema } from "./probability.ts";

/** Below this p-value, which holds at every look, the arms do not report alike. */
export const REPORTING_THRESHOLD = 0.05;

/** How one arm's units report a metric. */
const armReportingSchema = z.strictObject({
  variant: resourceKeySchema,
  exposed: z.int().nonnegative(),
  /** Units with at least one event of the metric. */
  reporting: z.int().nonnegative(),
  /** Of a unit that reports; null before the first. */
  eventsPerUnit: z.number().nonnegative().nullable(),
  /** How many equal units weigh as much as these: (Σd)² / Σd², with d a unit's events. */
  effectiveUnits: z.number().nonnegative(),
});

/** A treatment against control; null while it cannot be computed. The p-value holds at every look. */
export const reportingCheckSchema = z.strictObject({
  variant: resourceKeySchema,
  difference: z.number().nullable(),
  pValue: probabilitySchema.nullable(),
});
export type ReportingCheck = z.infer<typeof reportingCheckSchema>;

/** Whether the arms report a metric alike: what is silenced or asked more often bends it. */
export const metricReportingSchema = z.strictObject({
  arms: z.array(armReportingSchema),
  /** The share of the exposed units that report the metric, one entry per treatment; empty where silence is a value. */
  responses: z.array(reportingCheckSchema),
  /** Events per unit that reports; empty for a metric per unit. */
  eventsPerUnit: z.array(reportingCheckSchema),
});
export type MetricReporting = z.infer<typeof metricReportingSchema>;

/** Whether the arms' units answer alike: the share of the exposed that have any outcome event. */
export const responseCheckSchema = z.strictObject({
  arms: z.array(
    z.strictObject({
      variant: resourceKeySchema,
      exposed: z.int().nonnegative(),
      responding: z.int().nonnegative(),
    }),
  ),
  /** One entry per treatment. */
  checks: z.array(reportingCheckSchema),
});
