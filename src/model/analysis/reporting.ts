import { z } from "zod";
import { resourceKey } from "../identifiers.ts";

/** Below this p-value, which holds at every look, the arms do not report alike. */
export const REPORTING_THRESHOLD = 0.05;

const probability = z.number().min(0).max(1);

/** How one arm's units report a metric. */
const armReporting = z.strictObject({
  variant: resourceKey,
  exposed: z.int().nonnegative(),
  /** Units with at least one event of the metric. */
  reporting: z.int().nonnegative(),
  /** Of a unit that reports; null before the first. */
  eventsPerUnit: z.number().nonnegative().nullable(),
  /** How many equal units weigh as much as these: (Σd)² / Σd², with d a unit's events. */
  effectiveUnits: z.number().nonnegative(),
});

/** A treatment against control; null while it cannot be computed. The p-value holds at every look. */
export const reportingCheck = z.strictObject({
  variant: resourceKey,
  difference: z.number().nullable(),
  pValue: probability.nullable(),
});
export type ReportingCheck = z.infer<typeof reportingCheck>;

/** Whether the arms report a metric alike: what is silenced or asked more often bends it. */
export const metricReporting = z.strictObject({
  arms: z.array(armReporting),
  /** The share of the exposed units that report the metric, one entry per treatment; empty where silence is a value. */
  responses: z.array(reportingCheck),
  /** Events per unit that reports; empty for a metric per unit. */
  eventsPerUnit: z.array(reportingCheck),
});
export type MetricReporting = z.infer<typeof metricReporting>;

/** Whether the arms' units answer alike: the share of the exposed that have any outcome event. */
export const responseCheck = z.strictObject({
  arms: z.array(
    z.strictObject({
      variant: resourceKey,
      exposed: z.int().nonnegative(),
      responding: z.int().nonnegative(),
    }),
  ),
  /** One entry per treatment. */
  checks: z.array(reportingCheck),
});
