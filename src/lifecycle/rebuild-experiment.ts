import { type AggregatorNamespace, aggregatorsOf } from "#aggregator/client.ts";
import type { RecountOrder } from "#aggregator/ledger-storage.ts";
import type { Services } from "#aggregator/services.ts";
import type { Exclusion } from "#model/experiment/exclusion.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { log } from "#shared/log.ts";
import type { Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import type { Act } from "#store/audit.ts";
import { changeExperiment, findExperiment } from "#store/experiments.ts";
import { listQuarantines } from "#store/keys.ts";

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

/** Nobody waits longer for what decides nothing. */
const UNVOUCHED_TIMEOUT_MILLISECONDS = 10_000;

/**
 * Counts what nobody vouches for anew. Whoever has a client key can make that as large as quotas allow, so it holds up
 * nothing: a failure is logged, and repeating the quarantine or the exclusion tries again.
 */
async function rebuildUnvouched(
  namespace: AggregatorNamespace,
  experiment: Experiment,
  leftOut: RecountOrder,
): Promise<void> {
  try {
    const work = aggregatorsOf(namespace, experiment, "unvouched").map((aggregator) =>
      aggregator.recount(leftOut, experiment.spec.shards),
    );
    await within(UNVOUCHED_TIMEOUT_MILLISECONDS, Promise.all(work));
  } catch (cause) {
    log("error", "unvouched evidence could not be counted anew", { experiment: experiment.spec.key, cause });
  }
}

/**
 * Counts an experiment anew without what came by quarantined keys or belongs to excluded stretches of time, and lets it
 * promote again. What a person accepted in the meantime was about other numbers: it is withdrawn where these have changed.
 * Repeating it is harmless.
 * @throws when an aggregator that decides or the database cannot be reached; the rebuild stays pending then
 */
export async function rebuildExperiment(
  { database, aggregators }: Services,
  experiment: Experiment,
  { actor, reason, now }: Act,
): Promise<Result<Experiment>> {
  const quarantines = await listQuarantines(database);
  const exclusions = experiment.exclusions.map(({ from, until }) => ({ from, until }));
  const leftOut = { quarantines, exclusions, metricDefinitions: experiment.metricDefinitions };
  const rebuilt = await Promise.allSettled(
    aggregatorsOf(aggregators, experiment).map((aggregator) =>
      aggregator.recount(leftOut, experiment.spec.shards),
    ),
  );
  const failure = rebuilt.find((result) => result.status === "rejected");
  const hasChanged = rebuilt.some((result) => result.status === "fulfilled" && result.value);
  const stored = await findExperiment(database, experiment.spec.key);
  if (!stored.ok) return stored;
  const current = stored.value;
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
      : stored;
  // What failed to be noted is told again by the next attempt.
  if (changed.ok && hasChanged)
    await Promise.all(aggregatorsOf(aggregators, experiment).map((aggregator) => aggregator.settleRecount()));
  await rebuildUnvouched(aggregators, experiment, leftOut);
  if (failure) throw failure.reason;
  return changed;
}

/**
 * The same for an experiment that waits for it: where it fails the schedule tries again, and until then nothing is promoted.
 * @returns the experiment as it is then; as it was where the rebuild has failed
 */
export async function tryRebuild(services: Services, experiment: Experiment, act: Act): Promise<Experiment> {
  try {
    const rebuilt = await rebuildExperiment(services, experiment, act);
    return rebuilt.ok ? rebuilt.value : experiment;
  } catch (cause) {
    log("error", "an experiment could not be rebuilt", { experiment: experiment.spec.key, cause });
    return experiment;
  }
}
