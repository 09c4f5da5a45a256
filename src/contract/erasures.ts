import * as z from "zod";
import { epochMillisecondsSchema } from "#model/identifiers.ts";
import { invalidUnitReason } from "#model/unit/unit.ts";
import { endpoint } from "./endpoint.ts";
import { timePageSchema } from "./parameters.ts";

const tag = "Erasures";

export const unitSchema = z.string().superRefine((unit, context) => {
  const reason = invalidUnitReason(unit);
  if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
});

/** How far a unit is erased. It says nothing of where the unit took part: every started experiment is searched. */
export const erasureSchema = z
  .strictObject({
    id: z.string(),
    requestedAt: epochMillisecondsSchema,
    finishedAt: epochMillisecondsSchema.nullable(),
    /** `done`: nothing of the unit counts any more, and the event log holds nothing of what it did before. */
    state: z.enum(["pending", "done"]),
    /** The experiments that had started, and those of them that hold nothing of the unit any more. */
    experiments: z.int().nonnegative(),
    experimentsDone: z.int().nonnegative(),
    /** Experiments besides that have ended, and whose units' secret is gone: neither the installation nor its operator can tell who took part. */
    unlinkableExperiments: z.int().nonnegative(),
  })
  .meta({ id: "Erasure" });
export type Erasure = z.infer<typeof erasureSchema>;

export const deleteUnit = endpoint({
  method: "DELETE",
  path: "/v1/units/:unit",
  scope: "admin",
  tag,
  summary: "Erases what is known of a unit in all experiments, in the background",
  parameters: z.object({ unit: unitSchema }),
  reply: erasureSchema,
  status: 202,
});

export const postErasure = endpoint({
  method: "POST",
  path: "/v1/erasures",
  scope: "admin",
  tag,
  summary:
    "Erases a unit, with its name in the body: for names that stand in no address or should be in no access log",
  body: z.strictObject({ unit: unitSchema, reason: z.string().max(500).default("") }),
  reply: erasureSchema,
  status: 202,
});

export const getErasure = endpoint({
  method: "GET",
  path: "/v1/erasures/:id",
  scope: "admin",
  tag,
  summary: "How far a unit is erased",
  parameters: z.object({ id: z.string().min(1).max(64) }),
  reply: erasureSchema,
});

export const getErasures = endpoint({
  method: "GET",
  path: "/v1/erasures",
  scope: "admin",
  tag,
  summary: "Erasures, the newest first",
  query: timePageSchema,
  reply: z.strictObject({ erasures: z.array(erasureSchema) }),
});
