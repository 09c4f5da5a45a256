import { z } from "zod";
import {
  eventBatchSchema,
  eventReceiptSchema,
  handledEventSchema,
  outcomeEventSchema,
} from "#contract/events.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import { ingestEvents } from "#ingest/ingest-events.ts";
import { err, failure, ok } from "#shared/result.ts";
import { defineRoute } from "../http/route.ts";

const documentedBatchSchema = eventBatchSchema
  .extend({ events: z.array(z.union([outcomeEventSchema, handledEventSchema])).min(1) })
  .meta({ id: "EventBatch" });

export const eventRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/events",
    scope: "client",
    tag: "Events",
    summary: "Logs outcomes, up to 1,000 at once; sending one again is harmless",
    crossOrigin: true,
    body: eventBatchSchema,
    documentedBody: documentedBatchSchema,
    // Each event is screened on its own, so that a bad one never sinks its neighbors.
    screenedLevels: 1,
    reply: eventReceiptSchema,
    async handle({ body, context }) {
      const receipt = await ingestEvents(body.events, context);
      if (receipt.accepted + receipt.duplicates > 0) return ok({ json: receipt });
      const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
      const detail = "None of the events could be recorded; each says why.";
      const { error } = refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_event_accepted", detail);
      return failure({ ...error, issues, extensions: { ...receipt } });
    },
  }),
];
