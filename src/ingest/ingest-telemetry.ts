import { MAXIMUM_EVENTS_PER_BATCH, type RejectedEntry } from "#contract/events.ts";
import { type Failure, ok, type Result } from "#shared/result.ts";
import type { Observations, SourcedEntry } from "#telemetry/mapping/observations.ts";
import { refuseBeyondQuota } from "./beyond-quota.ts";
import type { IngestContext } from "./ingest-context.ts";
import { ingestEvents } from "./ingest-events.ts";
import { ingestExposures } from "./ingest-exposures.ts";

interface Receipt {
  rejected: readonly RejectedEntry[];
  warnings: readonly { message: string }[];
}

/** What of the observations could not be recorded, and what else there is to say. */
export interface Recording {
  /** Why items were rejected of which nothing was recorded: a reason by the item's place in the request. */
  rejected: ReadonlyMap<number, string>;
  /** Why parts of other items were not recorded, one reason each. */
  leftOut: string[];
  warnings: string[];
  /** Where nothing at all was recorded, because a daily quota has no room. */
  failure: Failure | undefined;
}

function* inBatches<Entry>(
  entries: readonly SourcedEntry<Entry>[],
): Generator<readonly SourcedEntry<Entry>[]> {
  for (let start = 0; start < entries.length; start += MAXIMUM_EVENTS_PER_BATCH) {
    yield entries.slice(start, start + MAXIMUM_EVENTS_PER_BATCH);
  }
}

/**
 * Records what telemetry says, as if it had been sent as exposures and events; resolves once that is durable.
 * @returns a refusal where the experiments cannot be read; repeating what was recorded is harmless
 */
export async function ingestTelemetry(
  observations: Observations,
  context: IngestContext,
): Promise<Result<Recording>> {
  const rejected = [...observations.rejected];
  const validationErrors: RejectedEntry[] = [];
  const recorded = new Set<number>();
  const warnings = new Set<string>();
  const take = (receipt: Receipt, batch: readonly SourcedEntry<unknown>[]) => {
    validationErrors.push(...receipt.rejected);
    const reasons = new Map(receipt.rejected.map(({ index, message }) => [index, message]));
    for (const [index, { item }] of batch.entries()) {
      const reason = reasons.get(index);
      if (reason === undefined) recorded.add(item);
      else rejected.push({ item, entry: reason });
    }
    for (const { message } of receipt.warnings) warnings.add(message);
  };
  // Exposures first: outcomes that name no variant find their unit by them.
  for (const batch of inBatches(observations.exposures)) {
    const entries = batch.map(({ entry }) => entry);
    const receipt = await ingestExposures(entries, context);
    if (!receipt.ok) return receipt;
    take(receipt.value, batch);
  }
  for (const batch of inBatches(observations.outcomes)) {
    const entries = batch.map(({ entry }) => entry);
    const receipt = await ingestEvents(entries, context);
    if (!receipt.ok) return receipt;
    take(receipt.value, batch);
  }
  const parts = Map.groupBy(rejected, ({ item }) => (recorded.has(item) ? "leftOut" : "rejected"));
  return ok({
    rejected: new Map(parts.get("rejected")?.map(({ item, entry }) => [item, entry])),
    leftOut: parts.get("leftOut")?.map(({ entry }) => entry) ?? [],
    warnings: [...warnings],
    failure: recorded.size === 0 ? refuseBeyondQuota(validationErrors, context.now) : undefined,
  });
}
