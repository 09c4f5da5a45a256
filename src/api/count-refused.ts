import { countRejected } from "../aggregator/shards.ts";
import type { RulesetExperiment } from "../model/ruleset.ts";

/**
 * Counts refused entries of a batch for the experiments that they named. Behind the answer: a client that sends nonsense
 * need not wait until that is on record.
 * @param refused one element per refused entry
 */
export async function countRefused(
  refused: readonly RulesetExperiment[],
  { AGGREGATOR }: Pick<Env, "AGGREGATOR">,
): Promise<void> {
  const counts = Map.groupBy(refused, (experiment) => experiment);
  const calls = [...counts].map(([experiment, { length }]) => countRejected(AGGREGATOR, experiment, length));
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "rejected")
      console.error({ message: "refused entries could not be counted", cause: String(result.reason) });
  }
}
