import { verifyExperiment } from "#aggregator/verify.ts";
import {
  getDecisions,
  getInteraction,
  getResults,
  getSegments,
  getSnapshots,
  getVerification,
  getWinsorizedResults,
} from "#contract/results.ts";
import { readInteraction } from "#results/interactions.ts";
import { readResults } from "#results/results.ts";
import { readSegmentResults } from "#results/segments.ts";
import { readWinsorizedResults } from "#results/winsorized.ts";
import { ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { listDecisions, listSnapshots } from "#store/snapshots.ts";
import { handle } from "../http/route.ts";
import { withExperiment, withStartedExperiment } from "../http/with-experiment.ts";

export const resultRoutes = [
  handle(
    getResults,
    withStartedExperiment((experiment, { query, context: { services } }) =>
      readResults(services, experiment, query.asOf),
    ),
  ),
  handle(
    getSnapshots,
    withExperiment(async ({ spec }, { query, context: { services } }) =>
      ok({ snapshots: await listSnapshots(services.database, spec.key, query) }),
    ),
  ),
  handle(
    getDecisions,
    withExperiment(async ({ spec }, { query, context: { services } }) =>
      ok({ decisions: await listDecisions(services.database, spec.key, query) }),
    ),
  ),
  handle(
    getVerification,
    withExperiment(async (experiment, { context: { services } }) =>
      ok(await verifyExperiment(services, experiment)),
    ),
  ),
  handle(
    getSegments,
    withStartedExperiment((experiment, { query, context: { services } }) =>
      readSegmentResults(services, experiment, query.property),
    ),
  ),
  handle(
    getWinsorizedResults,
    withStartedExperiment((experiment, { query, context: { services } }) =>
      readWinsorizedResults(services, experiment, query),
    ),
  ),
  handle(
    getInteraction,
    withExperiment(async (experiment, { parameters, context: { services } }) => {
      const other = await findExperiment(services.database, parameters.other);
      return other.ok ? readInteraction(services, experiment, other.value) : other;
    }),
  ),
];
