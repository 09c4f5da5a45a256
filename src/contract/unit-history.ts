import * as z from "zod";
import { resourceKeySchema } from "#model/identifiers.ts";
import { unitAttributesSchema } from "#model/unit/adjustment.ts";
import { endpoint } from "./endpoint.ts";
import { unitSchema } from "./erasures.ts";
import { keyParameterSchema } from "./parameters.ts";

/** What the log holds of one unit, exposure or outcome. Times are epoch milliseconds. */
const unitEntrySchema = z.strictObject({
  kind: z.enum(["exposure", "outcome"]),
  /** Of an outcome. */
  id: z.string().nullable(),
  variant: resourceKeySchema,
  /** The phase of weights that it belongs to. */
  phase: z.int().nonnegative(),
  occurredAt: z.int(),
  /** Null in logs from before it was kept. */
  receivedAt: z.int().nullable(),
  /** Received long after it happened, or after the experiment had ended. */
  isLate: z.boolean(),
  /** The unit was first seen in another phase, and counts there only. */
  isReturning: z.boolean(),
  metrics: z.record(z.string(), z.number()),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Of an exposure: those that the experiment keeps. */
  attributes: unitAttributesSchema,
  /** Of an exposure: what was known of the unit from before, per metric. */
  covariates: z.record(z.string(), z.number()),
});

export const unitHistorySchema = z
  .strictObject({
    /** The unit's keyed hash. */
    unit: z.string(),
    /** In the order of their recording, the first ones where there are many. */
    entries: z.array(unitEntrySchema),
    /** How many there are in all. */
    total: z.int().nonnegative(),
  })
  .meta({ id: "UnitHistory" });
export type UnitHistory = z.infer<typeof unitHistorySchema>;

export const multipleExposuresSchema = z
  .strictObject({
    /** The keyed hashes of units that were seen in more than one variant, up to 1,000. */
    units: z.array(z.string()),
    /** How many there are in all. */
    total: z.int().nonnegative(),
  })
  .meta({ id: "MultipleExposures" });
export type MultipleExposures = z.infer<typeof multipleExposuresSchema>;

export const postUnitHistory = endpoint({
  method: "POST",
  path: "/v1/experiments/:key/unit-history",
  scope: "admin",
  tag: "Results",
  summary: "What the event log holds of one unit, by its name or by its hash",
  parameters: keyParameterSchema,
  body: z
    .union([
      z.strictObject({ unit: unitSchema }),
      /** As exports and the list of multiple exposures name it. */
      z.strictObject({ hash: z.string().min(1).max(128) }),
    ])
    .meta({ id: "UnitHistoryRequest" }),
  reply: unitHistorySchema,
});

export const getMultipleExposures = endpoint({
  method: "GET",
  path: "/v1/experiments/:key/multiple-exposures",
  scope: "admin",
  tag: "Results",
  summary: "The units that were seen in more than one variant",
  parameters: keyParameterSchema,
  reply: multipleExposuresSchema,
});
