import {
  deleteExperiment,
  getExperiment,
  getExperiments,
  patchExperiment,
  patchLabels,
  postExperiment,
} from "#contract/experiments.ts";
import { describeExperiment } from "#lifecycle/describe-experiment.ts";
import { draftExperiment, editExperiment } from "#lifecycle/drafts.ts";
import { labelExperiment } from "#lifecycle/label-experiment.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { listExperiments } from "#store/experiment-summaries.ts";
import { deleteDraft, findExperiment } from "#store/experiments.ts";
import { handle } from "../http/route.ts";
import { withExperiment } from "../http/with-experiment.ts";

async function described(database: Database, experiment: Result<Experiment>): Promise<Result<Experiment>> {
  return experiment.ok ? ok(await describeExperiment(database, experiment.value)) : experiment;
}

export const experimentRoutes = [
  handle(getExperiments, async ({ query, context: { services } }) =>
    ok({ experiments: await listExperiments(services.database, query) }),
  ),
  handle(postExperiment, async ({ body, context: { services, act } }) =>
    described(services.database, await draftExperiment(services.database, body, act())),
  ),
  handle(getExperiment, async ({ parameters, context: { services } }) =>
    described(services.database, await findExperiment(services.database, parameters.key)),
  ),
  handle(patchExperiment, async ({ parameters, body, context: { services, act } }) =>
    described(services.database, await editExperiment(services.database, parameters.key, body, act())),
  ),
  handle(
    patchLabels,
    withExperiment(async (before, { body, context: { services, act } }) =>
      described(services.database, await labelExperiment(services.database, before, body, act())),
    ),
  ),
  handle(deleteExperiment, async ({ parameters, context: { services, act } }) => {
    const deleted = await deleteDraft(services.database, parameters.key, act());
    return deleted.ok ? ok({ deleted: true as const }) : deleted;
  }),
];
