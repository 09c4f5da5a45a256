import { z } from "zod";
import { clientTimestamp, resourceKey, unitIdentifier, unitToken } from "#model/identifiers.ts";
import { covariates } from "./assignment.ts";
import { intakeWarning, rejectedEntry } from "./events.ts";

export const MAXIMUM_EXPOSURES_PER_BATCH = 1_000;

/** That a unit was given a variant, as told by a client that evaluates locally. Telling it again is harmless. */
export const exposureReport = z
  .strictObject({
    experiment: resourceKey,
    unit: unitIdentifier,
    variant: resourceKey,
    /** As the assignment said; by default the period of the timestamp. Matters only where weights adapt. */
    period: z.int().nonnegative().optional(),
    /** When it happened; by default when it arrived. */
    timestamp: clientTimestamp.optional(),
    covariates: covariates.optional(),
    token: unitToken.optional(),
  })
  .meta({ id: "ExposureReport" });

/** Exposures are checked one by one, so that a bad one never sinks its neighbours. */
export const exposureBatch = z.strictObject({
  exposures: z.array(z.unknown()).min(1).max(MAXIMUM_EXPOSURES_PER_BATCH),
});

/** Sent only after everything accepted is durable. */
export const exposureReceipt = z
  .strictObject({
    accepted: z.int().nonnegative(),
    rejected: z.array(rejectedEntry),
    warnings: z.array(intakeWarning),
  })
  .meta({ id: "ExposureReceipt" });
export type ExposureReceipt = z.infer<typeof exposureReceipt>;
