import type { ApiClient } from "#contract/client.ts";
import { MAXIMUM_EVENTS_PER_BATCH, postEvents } from "#contract/events.ts";
import { getExperiment } from "#contract/experiments.ts";
import { unitWith } from "#test/support/assigned-units.ts";

/** What one unit of a variant did. */
interface Outcome {
  metrics: Record<string, number>;
  properties?: Record<string, string | number>;
}

/**
 * Logs one outcome per unit, the variants by turns.
 * @param units how many of them each variant has
 * @param label keeps the units of several calls apart; the same units once more are duplicates
 * @throws when an event is rejected
 */
export async function logOutcomes(
  admin: ApiClient,
  experiment: string,
  units: Readonly<Record<string, number>>,
  outcome: (variant: string, index: number) => Outcome,
  label = "first",
): Promise<void> {
  const { spec } = await admin.call(getExperiment, { params: { key: experiment } });
  const weights = Object.fromEntries(spec.variants.map(({ key, weight }) => [key, weight]));
  const events = Array.from({ length: Math.max(...Object.values(units)) }, (_, index) =>
    Object.entries(units)
      .filter(([, count]) => index < count)
      .map(([variant]) => {
        const id = `${label}-${variant}-${index}`;
        const unit = unitWith(id, [{ key: experiment, weights }, variant]);
        return { id, experiment, unit, variant, ...outcome(variant, index) };
      }),
  ).flat();
  for (let start = 0; start < events.length; start += MAXIMUM_EVENTS_PER_BATCH) {
    const batch = events.slice(start, start + MAXIMUM_EVENTS_PER_BATCH);
    const { rejected } = await admin.call(postEvents, { body: { events: batch } });
    if (rejected[0]) throw new Error(`an event was rejected: ${rejected[0].message}`);
  }
}
