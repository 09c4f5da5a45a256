import { collectTotals } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { summarizeUnvouched, TIMEOUT_MILLISECONDS } from "#results/unvouched.ts";
import { within } from "#shared/within.ts";
import { hasUnvouchedChunks } from "#store/event-chunks.ts";
import { storeUnvouchedSummary } from "#store/experiments.ts";

/** Whether the log of an experiment holds units that nobody vouches for, and has them apart from the others. */
export async function hasUnvouched(services: Services, { spec }: Experiment): Promise<boolean> {
  return spec.unvouched !== "admit" && (await hasUnvouchedChunks(services, spec.key));
}

/**
 * Notes at a look how many units nobody vouches for.
 * @param decidingUnits those of the look
 */
export async function noteUnvouched(
  services: Services,
  experiment: Experiment,
  decidingUnits: number,
): Promise<void> {
  const { database, aggregators, now } = services;
  const { spec, unvouched: previous } = experiment;
  const totals = collectTotals(aggregators, experiment, "unvouched");
  const { variants } = await within(TIMEOUT_MILLISECONDS, totals);
  const units = Object.values(variants).reduce((sum, variant) => sum + variant.units, 0);
  const summary = summarizeUnvouched(previous, units, decidingUnits, now);
  await storeUnvouchedSummary(database, spec.key, summary);
}
