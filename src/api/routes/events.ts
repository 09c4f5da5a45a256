import { postEvents } from "#contract/events.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import { ingestEvents } from "#ingest/ingest-events.ts";
import { err, failure, ok } from "#shared/result.ts";
import { handle } from "../http/route.ts";

export const eventRoutes = [
  handle(postEvents, async ({ body, context }) => {
    const receipt = await ingestEvents(body.events, context);
    if (receipt.accepted + receipt.duplicates > 0) return ok(receipt);
    const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
    const detail = "None of the events could be recorded; each says why.";
    const { error } = refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_event_accepted", detail);
    return failure({ ...error, issues, extensions: { ...receipt } });
  }),
];
