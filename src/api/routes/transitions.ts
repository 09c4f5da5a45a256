import {
  acceptanceInputSchema,
  promotionInputSchema,
  startInputSchema,
  transitionInputSchema,
} from "#contract/experiment-changes.ts";
import { acceptData } from "#lifecycle/accept-data.ts";
import { describeExperiment } from "#lifecycle/describe-experiment.ts";
import { excludeStretch } from "#lifecycle/exclude-time.ts";
import { storeFinalSummary } from "#lifecycle/store-final-summary.ts";
import {
  type Act,
  pauseExperiment,
  promoteVariant,
  resumeExperiment,
  rollBackExperiment,
  startExperiment,
  stopExperiment,
} from "#lifecycle/transitions.ts";
import { exclusionInputSchema } from "#model/experiment/exclusion.ts";
import { type Experiment, experimentSchema } from "#model/experiment/experiment.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute, type RequestContext } from "../http/route.ts";

type Transition = (database: Database, before: Experiment, act: Act) => Promise<Result<Experiment>>;

interface TransitionBody {
  reason: string;
  revision?: number | undefined;
}

async function carryOut(
  key: string,
  { reason, revision }: TransitionBody,
  { database, environment, actor, now }: RequestContext,
  transition: Transition,
): Promise<Result<{ json: Experiment }>> {
  const found = await findExperiment(database, key);
  if (!found.ok) return found;
  if (revision !== undefined && revision !== found.value.revision) {
    return err("revision_conflict", `The experiment is at revision ${found.value.revision} now.`);
  }
  const after = await transition(database, found.value, { actor, reason, now });
  if (!after.ok) return after;
  if (after.value.endedAt !== null)
    await storeFinalSummary(environment.AGGREGATOR, database, after.value, now);
  return ok({ json: await describeExperiment(database, after.value) });
}

const common = {
  method: "POST",
  scope: "admin",
  tag: "Lifecycle",
  parameters: keyParameterSchema,
  reply: experimentSchema,
} as const;

function transitionRoute(verb: string, summary: string, transition: Transition) {
  return defineRoute({
    ...common,
    path: `/v1/experiments/:key/${verb}`,
    summary,
    body: transitionInputSchema,
    handle: ({ parameters, body, context }) => carryOut(parameters.key, body, context, transition),
  });
}

export const transitionRoutes = [
  defineRoute({
    ...common,
    path: "/v1/experiments/:key/start",
    summary: "Starts a draft; refused while its control is not live, unless that is accepted",
    body: startInputSchema,
    handle: ({ parameters, body, context }) =>
      carryOut(parameters.key, body, context, (database, before, act) =>
        startExperiment(database, before, { ...act, acceptControlNotLive: body.acceptControlNotLive }),
      ),
  }),
  transitionRoute("pause", "Pauses: everybody gets the live version", pauseExperiment),
  transitionRoute("resume", "Resumes with the same units in the same variants", resumeExperiment),
  transitionRoute("stop", "Ends without a winner; the live version stays", stopExperiment),
  transitionRoute("rollback", "Ends because of harm; the live version stays", rollBackExperiment),
  defineRoute({
    ...common,
    path: "/v1/experiments/:key/accept-data",
    summary: "Goes on with data whose split or multiple exposures are in doubt",
    body: acceptanceInputSchema,
    handle: ({ parameters, body, context }) =>
      carryOut(parameters.key, body, context, (database, before, act) =>
        acceptData(context.environment.AGGREGATOR, database, before, act),
      ),
  }),
  defineRoute({
    ...common,
    path: "/v1/experiments/:key/exclude",
    summary: "Leaves out a stretch of time: totals are rebuilt from the log without it and its new units",
    body: exclusionInputSchema,
    handle: ({ parameters, body, context }) =>
      carryOut(parameters.key, body, context, (database, before, act) =>
        excludeStretch(context.environment.AGGREGATOR, database, before, body, act),
      ),
  }),
  defineRoute({
    ...common,
    path: "/v1/experiments/:key/promote",
    summary: "Ends and makes a variant's version live",
    body: promotionInputSchema,
    handle: ({ parameters, body, context }) =>
      carryOut(parameters.key, body, context, (database, before, act) =>
        promoteVariant(database, before, body.variant, {
          ...act,
          acceptLiveVersionChanged: body.acceptLiveVersionChanged,
        }),
      ),
  }),
];
