import { env } from "cloudflare:workers";
import type { Outcome } from "#aggregator/messages.ts";
import { unitHashesOf } from "#aggregator/unit-hash.ts";

/**
 * Writes an outcome into the ledger of an experiment with one shard, past the intake: such as are there from before the
 * variant that an entry names was checked.
 */
export async function recordUnchecked(
  key: string,
  { unit, ...outcome }: Pick<Outcome, "id" | "unit" | "variant" | "properties"> & { success: number },
): Promise<void> {
  const { success, ...rest } = outcome;
  const now = Date.now();
  await env.AGGREGATOR.getByName(`${key}/0`).record({
    experiment: { key, shard: 0, variants: ["control", "treatment"], metricDefinitions: [], exclusions: [] },
    exposures: [],
    outcomes: [
      {
        ...rest,
        unit: unitHashesOf(env).of(unit, null) ?? "",
        at: now,
        receivedAt: now,
        metrics: { task_success: success },
      },
    ],
  });
}
