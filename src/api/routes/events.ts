import { postEvents } from "#contract/events.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import { ingestEvents } from "#ingest/ingest-events.ts";
import { err, failure, ok } from "#shared/result.ts";
import { handleWithRuleset } from "../http/route.ts";

export const eventRoutes = [
  handleWithRuleset(postEvents, async ({ body, context }) => {
    const recorded = await ingestEvents(body.events, context);
    if (!recorded.ok) return recorded;
    const receipt = recorded.value;
    if (receipt.accepted + receipt.duplicates > 0) return ok(receipt);
    const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
    const detail = "None of the events could be recorded; each says why.";
    const { error } = refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_event_accepted", detail);
    return failure({ ...error, issues, extensions: { ...receipt } });
  }),
];
