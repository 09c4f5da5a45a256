import * as z from "zod";
import { decisionSchema, decisionSourceSchema } from "#model/analysis/decision.ts";
import { epochMillisecondsSchema, resourceKeySchema } from "#model/identifiers.ts";

const PENDING = "reflex:pending";

/** A decision that is taken but perhaps not carried out in the database yet. */
const dueDecisionSchema = z.strictObject({
  decision: decisionSchema,
  source: decisionSourceSchema,
  /** When it was taken. */
  takenAt: epochMillisecondsSchema,
  /** Its reason as a sentence. */
  summary: z.string(),
  /** The best of the treatments that go on where one leaves: it and control get the traffic. Null where nobody does. */
  leader: resourceKeySchema.nullable().default(null),
});
export type DueDecision = z.infer<typeof dueDecisionSchema>;

type Storage = Pick<DurableObjectStorage, "get" | "put" | "delete">;

/** What an aggregator has decided and not seen carried out, oldest first. */
export async function readPending(storage: Storage): Promise<DueDecision[]> {
  return z.array(dueDecisionSchema).parse((await storage.get(PENDING)) ?? []);
}

export async function storePending(storage: Storage, pending: readonly DueDecision[]): Promise<void> {
  if (pending.length === 0) await storage.delete(PENDING);
  else await storage.put(PENDING, pending);
}
