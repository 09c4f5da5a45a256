import { type AggregatorNamespace, collectPhases } from "#aggregator/client.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { toLatestSummary } from "#reporter/experiment-summary.ts";
import { evaluate } from "#results/evaluate.ts";
import type { Database } from "#store/database.ts";
import { storeLatest } from "#store/experiment-summaries.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";

/**
 * Lets lists show an experiment as it stood when a person ended it: no schedule looks at it any more. The ending itself
 * has happened, so a failure here is logged and nothing else.
 */
export async function storeFinalSummary(
  namespace: AggregatorNamespace,
  database: Database,
  experiment: Experiment,
  now: number,
): Promise<void> {
  const { key } = experiment.spec;
  try {
    const totals = await collectPhases(namespace, experiment);
    const previous = await findLatestAnalysis(database, key);
    const { snapshot, summary } = evaluate(experiment, totals, "cron", now, { previous });
    await storeLatest(database, key, toLatestSummary(snapshot, summary));
  } catch (cause) {
    console.error({
      message: "the state of an ended experiment could not be told",
      experiment: key,
      cause: String(cause),
    });
  }
}
