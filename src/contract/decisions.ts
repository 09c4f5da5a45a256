import * as z from "zod";
import {
  chainFaultSchema,
  chainHeadSchema,
  hashedRecordSchema,
  hashSchema,
} from "#model/analysis/chain-record.ts";
import { decisionActionSchema, decisionReasonCodeSchema } from "#model/analysis/decision.ts";
import { epochMillisecondsSchema, resourceKeySchema } from "#model/identifiers.ts";
import { endpoint } from "./endpoint.ts";
import { keyParameterSchema } from "./parameters.ts";
import { readingProgressSchema } from "./reading-progress.ts";

/** So many differences are told at most. */
export const MAXIMUM_DIFFERENCES = 20;

const leafSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One value that is not what was stored. What one side lacks is left out. */
export const replayDifferenceSchema = z.strictObject({
  /** A JSON pointer into the result, or into the totals. */
  path: z.string(),
  stored: leafSchema.optional(),
  recomputed: leafSchema.optional(),
});
export type ReplayDifference = z.infer<typeof replayDifferenceSchema>;

/** What has happened since that may make the log say something else. */
export const logChangeSchema = z.enum([
  "units_erased",
  "keys_quarantined",
  "time_excluded",
  "entries_not_logged",
]);
export type LogChange = z.infer<typeof logChangeSchema>;

export const replayInputSchema = z
  .strictObject({
    /** `stored`: from the totals that were kept with the decision. `log`: from the event log, up to where it was counted then. */
    from: z.enum(["stored", "log"]).default("stored"),
  })
  .meta({ id: "ReplayInput" });

/** A decision computed again, against the one that is stored. */
export const replaySchema = z
  .strictObject({
    experiment: resourceKeySchema,
    /** When it was decided: its id. */
    takenAt: epochMillisecondsSchema,
    from: z.enum(["stored", "log"]),
    /** Whether the decision with all its checks, the guardrails and the whole analysis are the same. */
    identical: z.boolean(),
    differenceCount: z.int().nonnegative(),
    /** The first of them. */
    differences: z.array(replayDifferenceSchema).max(MAXIMUM_DIFFERENCES),
    /** Of the decision, and of now: another engine may come to other numbers. */
    engineVersion: z.strictObject({ stored: z.string(), now: z.string() }),
    /** What is decided from the same inputs now. */
    recomputed: z.strictObject({
      action: decisionActionSchema,
      variant: resourceKeySchema.nullable(),
      code: decisionReasonCodeSchema,
    }),
    /** Always empty from what is stored. */
    changesSince: z.array(logChangeSchema),
    /** The decision's record as it is kept. */
    record: hashedRecordSchema,
  })
  .meta({ id: "Replay" });
export type Replay = z.infer<typeof replaySchema>;

/** Whether an experiment's records of decisions are as they were written. */
export const chainVerificationSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    intact: z.boolean(),
    /** How many records were found to be right, from the first on. */
    records: z.int().nonnegative(),
    /** The end of the chain, as it is stored. Null where nothing was recorded. */
    head: chainHeadSchema.nullable(),
    /** The first record that is not what was written. */
    broken: z
      .strictObject({
        sequence: z.int().positive(),
        /** When it was decided; null where that is not known. */
        at: epochMillisecondsSchema.nullable(),
        fault: chainFaultSchema,
      })
      .nullable(),
    /** Whether a hash that was kept elsewhere is in the chain. Null where none was given. */
    containsKept: z.boolean().nullable(),
  })
  .meta({ id: "ChainVerification" });
export type ChainVerification = z.infer<typeof chainVerificationSchema>;

export const postReplay = endpoint({
  method: "POST",
  path: "/v1/experiments/:key/decisions/:takenAt/replay",
  scope: "read",
  tag: "Results",
  summary: "Computes a recorded decision again and compares",
  parameters: keyParameterSchema.extend({
    /** When it was decided, epoch milliseconds. */
    takenAt: z.string().regex(/^\d{1,15}$/, "a whole number"),
  }),
  body: replayInputSchema,
  reply: replaySchema,
  pending: readingProgressSchema,
});

export const getChainVerification = endpoint({
  method: "GET",
  path: "/v1/experiments/:key/decisions/verify",
  scope: "read",
  tag: "Results",
  summary: "Checks the hashes of all records of decisions and acts",
  parameters: keyParameterSchema,
  query: z.strictObject({ kept: hashSchema.optional() }),
  reply: chainVerificationSchema,
});
