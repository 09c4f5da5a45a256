import { type AggregatorNamespace, aggregatorsOf } from "../aggregator/shards.ts";
import type { Exclusion } from "../model/exclusion.ts";
import type { Experiment } from "../model/experiment.ts";
import type { Result } from "../model/refusal.ts";
import { listQuarantines } from "../store/api-keys.ts";
import type { Database } from "../store/database.ts";
import { changeExperiment, findExperiment } from "../store/experiments.ts";
import type { Act } from "./transitions.ts";

/** Those that wait to be counted, as they are after an attempt. @param countedAt null where it has not reached every total */
function afterAttempt(
  exclusions: readonly Exclusion[],
  hasChanged: boolean,
  countedAt: number | null,
): Exclusion[] {
  return exclusions.map((one) =>
    one.countedAt === null
      ? { ...one, countedAt, hasChangedTotals: one.hasChangedTotals || hasChanged }
      : one,
  );
}

/**
 * Counts an experiment anew without what came by quarantined keys or belongs to excluded stretches of time, and lets it promote again. What a person accepted in the
 * meantime was about other numbers: it is withdrawn where these have changed. Repeating it is harmless.
 * @throws when an aggregator or the database cannot be reached; the rebuild stays pending then
 */
export async function rebuildExperiment(
  namespace: AggregatorNamespace,
  database: Database,
  experiment: Experiment,
  { actor, reason, now }: Act,
): Promise<Result<Experiment>> {
  const quarantines = await listQuarantines(database);
  const exclusions = experiment.exclusions.map(({ from, until }) => ({ from, until }));
  const aggregators = (["deciding", "unvouched"] as const).flatMap((ledger) =>
    aggregatorsOf(namespace, experiment, ledger).map((aggregator) => ({ ledger, aggregator })),
  );
  const rebuilt = await Promise.allSettled(
    aggregators.map(async ({ ledger, aggregator }) => {
      const hasChanged = await aggregator.recount({ quarantines, exclusions });
      return ledger === "deciding" && hasChanged;
    }),
  );
  const failure = rebuilt.find((result) => result.status === "rejected");
  const hasChanged = rebuilt.some((result) => result.status === "fulfilled" && result.value);
  const found = await findExperiment(database, experiment.spec.key);
  if (!found.ok) return found;
  const current = found.value;
  const earliest = Math.min(...[...quarantines, ...exclusions].map(({ from }) => from));
  const acceptances = current.acceptances.filter(({ at }) => !hasChanged || at < earliest);
  const withdrawn = current.acceptances.length - acceptances.length;
  const isDone = !failure && current.rebuildPendingSince === experiment.rebuildPendingSince;
  const isUncounted = current.exclusions.some(({ countedAt }) => countedAt === null);
  const changed =
    withdrawn > 0 || (isUncounted && hasChanged) || (isDone && current.rebuildPendingSince !== null)
      ? await changeExperiment(database, current, {
          ...(isDone && { rebuildPendingSince: null }),
          ...(withdrawn > 0 && { acceptances }),
          exclusions: afterAttempt(current.exclusions, hasChanged, isDone ? Date.now() : null),
          audit: {
            at: now,
            actor,
            action: "experiment.rebuild",
            subject: `experiment:${current.spec.key}`,
            reason,
            details: { acceptancesWithdrawn: withdrawn, isComplete: isDone },
          },
        })
      : found;
  if (failure) throw failure.reason;
  return changed;
}
