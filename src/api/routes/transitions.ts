import type { Services } from "#aggregator/services.ts";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import {
  deleteOverride,
  postAcceptance,
  postAdvance,
  postChange,
  postExclusion,
  postExperimentMetric,
  postOverride,
  postPause,
  postPromotion,
  postResume,
  postRollback,
  postStart,
  postStop,
} from "#contract/experiments.ts";
import { acceptData } from "#lifecycle/accept-data.ts";
import { addMetric, type MetricAddition } from "#lifecycle/add-metric.ts";
import { changeRunning } from "#lifecycle/change/change-running.ts";
import { describeExperiment } from "#lifecycle/describe-experiment.ts";
import { excludeStretch } from "#lifecycle/exclude-time.ts";
import { overrideUnit, removeOverride } from "#lifecycle/override-unit.ts";
import { advanceRelease, promoteVariant } from "#lifecycle/promote-variant.ts";
import { revisionConflict } from "#lifecycle/revision-conflict.ts";
import { storeFinalSummary } from "#lifecycle/store-final-summary.ts";
import {
  pauseExperiment,
  resumeExperiment,
  rollBackExperiment,
  startExperiment,
  stopExperiment,
} from "#lifecycle/transitions.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { handle, type RequestContext } from "../http/route.ts";
import { withExperiment } from "../http/with-experiment.ts";

interface TransitionInput<Body> {
  parameters: { key: string };
  body: Body & { reason: string; revision?: number | undefined };
  context: RequestContext;
}

/** Carries a transition out, unless the experiment has changed since the caller has seen it, and answers with what it is then. */
function carryOut<Body>(
  transition: (
    services: Services,
    before: Experiment,
    act: Act,
    body: Body,
    environment: Env,
  ) => Promise<Result<Experiment>>,
) {
  return withExperiment<TransitionInput<Body> & { query: undefined; request: Request }, Experiment>(
    async (before, { body, context: { services, act, environment } }) => {
      const { reason, revision } = body;
      if (revision !== undefined && revision !== before.revision) {
        return revisionConflict(before);
      }
      const after = await transition(services, before, act(reason), body, environment);
      if (!after.ok) return after;
      if (after.value.endedAt !== null) await storeFinalSummary(services, after.value);
      return ok(await describeExperiment(services.database, after.value));
    },
  );
}

export const transitionRoutes = [
  handle(
    postStart,
    carryOut(({ database }, before, act, body: { acceptControlNotLive: boolean }, environment) => {
      const { acceptControlNotLive } = body;
      const unitKeyId = unitHashesOf(environment).currentId;
      return startExperiment(database, before, { ...act, acceptControlNotLive, unitKeyId });
    }),
  ),
  handle(
    postPause,
    carryOut(({ database }, before, act) => pauseExperiment(database, before, act)),
  ),
  handle(
    postResume,
    carryOut(({ database }, before, act) => resumeExperiment(database, before, act)),
  ),
  handle(
    postStop,
    carryOut(({ database }, before, act) => stopExperiment(database, before, act)),
  ),
  handle(
    postRollback,
    carryOut(({ database }, before, act) => rollBackExperiment(database, before, act)),
  ),
  handle(postAcceptance, carryOut(acceptData)),
  handle(
    postExclusion,
    carryOut((services, before, act, stretch: { from: number; until: number }) =>
      excludeStretch(services, before, stretch, act),
    ),
  ),
  handle(
    postChange,
    withExperiment(async (before, { body, context: { services, act } }) => {
      const changed = await changeRunning(services, before, body, act);
      if (!changed.ok) return changed;
      const experiment = await describeExperiment(services.database, changed.value.experiment);
      return ok({ ...changed.value, experiment });
    }),
  ),
  handle(
    postExperimentMetric,
    carryOut((services, before, act, addition: MetricAddition) => addMetric(services, before, addition, act)),
  ),
  handle(
    postOverride,
    withExperiment(async (before, { body, context: { services, act } }) => {
      const { revision } = body;
      if (revision !== undefined && revision !== before.revision) return revisionConflict(before);
      const after = await overrideUnit(services.database, before, body, act());
      return after.ok ? ok(await describeExperiment(services.database, after.value)) : after;
    }),
  ),
  handle(
    deleteOverride,
    withExperiment(async (before, { parameters: { unit }, context: { services, act } }) => {
      const after = await removeOverride(services.database, before, unit, act());
      return after.ok ? ok(await describeExperiment(services.database, after.value)) : after;
    }),
  ),
  handle(
    postPromotion,
    carryOut(
      (
        { database },
        before,
        act,
        {
          variant,
          acceptLiveVersionChanged,
          atOnce,
        }: { variant: string; acceptLiveVersionChanged: boolean; atOnce: boolean },
      ) => promoteVariant(database, before, variant, { ...act, acceptLiveVersionChanged, atOnce }),
    ),
  ),
  handle(
    postAdvance,
    carryOut(({ database }, before, act) => advanceRelease(database, before, act)),
  ),
];
