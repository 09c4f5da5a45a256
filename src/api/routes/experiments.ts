import { z } from "zod";
import { experimentEditSchema } from "#contract/experiment-changes.ts";
import { experimentListSchema } from "#contract/lists.ts";
import { describeExperiment } from "#lifecycle/describe-experiment.ts";
import { draftExperiment, editExperiment } from "#lifecycle/drafts.ts";
import {
  experimentInputSchema,
  experimentSchema,
  experimentStatusSchema,
} from "#model/experiment/experiment.ts";
import { resourceKeySchema } from "#model/identifiers.ts";
import { ok } from "#shared/result.ts";
import { listExperiments } from "#store/experiment-summaries.ts";
import { deleteDraft, findExperiment } from "#store/experiments.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

const tag = "Experiments";

/** Checked completely by the lifecycle, which needs the raw input to name every fault at once. */
const checkedLaterSchema = z.unknown();

export const experimentRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments",
    scope: "read",
    tag,
    summary: "All experiments, newest first, each with its latest result",
    query: z.strictObject({
      status: experimentStatusSchema.optional(),
      config: resourceKeySchema.optional(),
    }),
    reply: experimentListSchema,
    handle: async ({ query, context }) =>
      ok({ json: { experiments: await listExperiments(context.database, query) } }),
  }),
  defineRoute({
    method: "POST",
    path: "/v1/experiments",
    scope: "admin",
    tag,
    summary: "Creates a draft, or says everything that makes it impossible",
    body: checkedLaterSchema,
    documentedBody: experimentInputSchema,
    reply: experimentSchema,
    status: 201,
    async handle({ body, context: { database, actor, now } }) {
      const created = await draftExperiment(database, body, actor, now);
      return created.ok
        ? ok({ json: await describeExperiment(database, created.value), status: 201 })
        : created;
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key",
    scope: "read",
    tag,
    summary: "One experiment",
    parameters: keyParameterSchema,
    reply: experimentSchema,
    async handle({ parameters, context }) {
      const found = await findExperiment(context.database, parameters.key);
      return found.ok ? ok({ json: await describeExperiment(context.database, found.value) }) : found;
    },
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/experiments/:key",
    scope: "admin",
    tag,
    summary: "Replaces a draft, or changes the few things that may change while an experiment runs",
    parameters: keyParameterSchema,
    body: checkedLaterSchema,
    documentedBody: experimentEditSchema,
    reply: experimentSchema,
    async handle({ parameters, body, context: { database, actor, now } }) {
      const edited = await editExperiment(database, parameters.key, body, actor, now);
      return edited.ok ? ok({ json: await describeExperiment(database, edited.value) }) : edited;
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/experiments/:key",
    scope: "admin",
    tag,
    summary: "Deletes a draft",
    parameters: keyParameterSchema,
    reply: z.strictObject({ deleted: z.literal(true) }),
    async handle({ parameters, context: { database, actor, now } }) {
      const deleted = await deleteDraft(database, parameters.key, actor, now);
      return deleted.ok ? ok({ json: { deleted: true as const } }) : deleted;
    },
  }),
];
