import type { Services } from "#aggregator/services.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { toLatestSummary } from "#reporter/experiment-summary.ts";
import { evaluateNow } from "#results/evaluate.ts";
import { log } from "#shared/log.ts";
import { storeLatest } from "#store/experiment-summaries.ts";

/**
 * Lets lists show an experiment as it stood when a person ended it: no schedule looks at it any more. The ending itself
 * has happened, so a failure here is logged and nothing else.
 */
export async function storeFinalSummary(services: Services, experiment: Experiment): Promise<void> {
  const { key } = experiment.spec;
  try {
    const { snapshot, summary } = await evaluateNow(services, experiment);
    await storeLatest(services.database, key, toLatestSummary(snapshot, summary));
  } catch (cause) {
    log("error", "the state of an ended experiment could not be told", { experiment: key, cause });
  }
}
