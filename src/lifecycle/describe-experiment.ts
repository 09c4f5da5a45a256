import { confoundedIn } from "#model/experiment/confounded.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { listVersionsByNumber } from "#store/configs.ts";
import type { Database } from "#store/database.ts";

/** An experiment with what should be known of the versions that it compares. */
export async function describeExperiment(database: Database, experiment: Experiment): Promise<Experiment> {
  const { config, variants } = experiment.spec;
  const numbers = variants.map(({ version }) => version);
  const versions = await listVersionsByNumber(database, config, numbers);
  return { ...experiment, confounded: confoundedIn(experiment.spec, versions) };
}
