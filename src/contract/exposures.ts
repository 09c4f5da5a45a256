import * as z from "zod";
import {
  clientTimestampSchema,
  resourceKeySchema,
  unitIdentifierSchema,
  unitTokenSchema,
} from "#model/identifiers.ts";
import { attributesSchema } from "#model/unit/attributes.ts";
import { covariatesSchema } from "./assignment.ts";
import { endpoint } from "./endpoint.ts";
import { intakeWarningSchema, rejectedEntrySchema } from "./events.ts";

export const MAXIMUM_EXPOSURES_PER_BATCH = 1_000;

/** That a unit was given a variant, as told by a client that evaluates locally. Telling it again is harmless. */
export const exposureReportSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    unit: unitIdentifierSchema,
    variant: resourceKeySchema,
    /** As the assignment said; by default the phase of the timestamp. Matters only where weights adapt. */
    phase: z.int().nonnegative().optional(),
    /** When it happened; by default when it arrived. */
    timestamp: clientTimestampSchema.optional(),
    covariates: covariatesSchema.optional(),
    /** Those of the assignment. Kept are the ones that the experiment names. */
    attributes: attributesSchema.optional(),
    token: unitTokenSchema.optional(),
  })
  .meta({ id: "ExposureReport" });

export type ExposureReport = z.infer<typeof exposureReportSchema>;

/** Exposures are checked one by one, so that a bad one never sinks its neighbors. */
export const exposureBatchSchema = z.strictObject({
  exposures: z.array(z.unknown()).min(1).max(MAXIMUM_EXPOSURES_PER_BATCH),
});

/** Sent only after everything accepted is durable. */
export const exposureReceiptSchema = z
  .strictObject({
    accepted: z.int().nonnegative(),
    rejected: z.array(rejectedEntrySchema),
    warnings: z.array(intakeWarningSchema),
  })
  .meta({ id: "ExposureReceipt" });
export type ExposureReceipt = z.infer<typeof exposureReceiptSchema>;

const documentedBatchSchema = exposureBatchSchema
  .extend({ exposures: z.array(exposureReportSchema).min(1) })
  .meta({ id: "ExposureBatch" });

export const postExposures = endpoint({
  method: "POST",
  path: "/v1/exposures",
  scope: "client",
  tag: "Assignment",
  summary: "Who was given which variant, from clients that evaluate locally: up to 1,000 at once",
  crossOrigin: true,
  body: exposureBatchSchema,
  bodies: { "application/json": documentedBatchSchema },
  // Each exposure is screened on its own, so that a bad one never sinks its neighbors.
  screenedLevels: 1,
  reply: exposureReceiptSchema,
});
