import { collectTotals } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { summarizeUnvouched, TIMEOUT_MILLISECONDS } from "#results/unvouched.ts";
import { within } from "#shared/within.ts";
import { hasUnvouchedChunks } from "#store/event-chunks.ts";
import { storeUnvouchedSummary } from "#store/experiments.ts";

/**
 * Notes at a look how many units nobody vouches for. Without any in the log no aggregator is asked.
 * @param decidingUnits those of the look
 */
export async function noteUnvouched(
  services: Services,
  experiment: Experiment,
  decidingUnits: number,
): Promise<void> {
  const { database, aggregators, now } = services;
  const { spec, unvouched: previous } = experiment;
  if (spec.unvouched === "admit" || !(await hasUnvouchedChunks(services, spec.key))) return;
  const totals = collectTotals(aggregators, experiment, "unvouched");
  const { variants } = await within(TIMEOUT_MILLISECONDS, totals);
  const units = Object.values(variants).reduce((sum, variant) => sum + variant.units, 0);
  const summary = summarizeUnvouched(previous, units, decidingUnits, now);
  await storeUnvouchedSummary(database, spec.key, summary);
}
