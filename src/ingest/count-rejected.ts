import { countRejected } from "#aggregator/client.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { isPublicScope } from "#model/key/api-key.ts";
import { log } from "#shared/log.ts";
import type { Evidence } from "./vouching.ts";

/**
 * Counts refused entries of a batch for the experiments that they named. Behind the answer: a client that sends nonsense
 * need not wait until that is on record. What came by a public key, or by one that is quarantined, is counted with what nobody
 * vouches for.
 * @param refused one element per refused entry
 */
export async function countRejectedEntries(
  refused: readonly RulesetExperiment[],
  { scope, isQuarantined }: Evidence,
  { AGGREGATOR }: Pick<Env, "AGGREGATOR">,
): Promise<void> {
  const counts = Map.groupBy(refused, (experiment) => experiment);
  const ledgerFor = ({ unvouched }: RulesetExperiment) =>
    isQuarantined || (isPublicScope(scope) && unvouched === "exclude") ? "unvouched" : "deciding";
  const calls = [...counts].map(([experiment, { length }]) =>
    countRejected(AGGREGATOR, experiment, length, ledgerFor(experiment)),
  );
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "rejected")
      log("error", "refused entries could not be counted", { cause: result.reason });
  }
}
