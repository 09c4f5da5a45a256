import { type EventReceipt, postEvents } from "#contract/events.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import type { IngestContext } from "#ingest/ingest-context.ts";
import { ingestEvents } from "#ingest/ingest-events.ts";
import { err, failure, ok, type Result } from "#shared/result.ts";
import { handleWithRuleset } from "../http/route.ts";

/**
 * Records a batch of events.
 * @param events unchecked
 * @param isTest checks them only, and records nothing
 * @returns a refusal that says why of each, where not one could be recorded
 */
export async function takeEvents(
  events: readonly unknown[],
  context: IngestContext,
  isTest = false,
): Promise<Result<EventReceipt>> {
  const recorded = await ingestEvents(events, context, isTest);
  if (!recorded.ok) return recorded;
  const receipt = recorded.value;
  if (receipt.accepted + receipt.duplicates > 0) return ok(receipt);
  const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
  const detail = "None of the events could be recorded; each says why.";
  const { error } = refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_event_accepted", detail);
  return failure({ ...error, issues, extensions: { ...receipt } });
}

export const eventRoutes = [
  handleWithRuleset(postEvents, ({ body, context }) => takeEvents(body.events, context, body.test)),
];
