import * as z from "zod";
import { exclusionInputSchema } from "#model/experiment/exclusion.ts";
import {
  experimentInputSchema,
  experimentSchema,
  experimentStatusSchema,
} from "#model/experiment/experiment.ts";
import { labelsUpdateSchema } from "#model/experiment/labels.ts";
import { overrideInputSchema, overrideSchema } from "#model/experiment/override.ts";
import { resourceKeySchema } from "#model/identifiers.ts";
import { endpoint } from "./endpoint.ts";
import {
  acceptanceInputSchema,
  experimentEditSchema,
  metricAdditionSchema,
  promotionInputSchema,
  startInputSchema,
  transitionInputSchema,
} from "./experiment-changes.ts";
import { experimentListSchema } from "./lists.ts";
import { keyParameterSchema } from "./parameters.ts";
import { runningChangeReplySchema, runningChangeSchema } from "./running-change.ts";

const tag = "Experiments";

/** Checked completely by the lifecycle, which needs the raw input to name every reason at once. */
const checkedLaterSchema = z.unknown();

export const getExperiments = endpoint({
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
});

export const postExperiment = endpoint({
  method: "POST",
  path: "/v1/experiments",
  scope: "admin",
  tag,
  summary: "Creates a draft, or says everything that makes it impossible",
  body: checkedLaterSchema,
  bodies: { "application/json": experimentInputSchema },
  reply: experimentSchema,
  status: 201,
});

export const getExperiment = endpoint({
  method: "GET",
  path: "/v1/experiments/:key",
  scope: "read",
  tag,
  summary: "One experiment",
  parameters: keyParameterSchema,
  reply: experimentSchema,
});

export const patchExperiment = endpoint({
  method: "PATCH",
  path: "/v1/experiments/:key",
  scope: "admin",
  tag,
  summary: "Replaces a draft, or changes the few things that may change while an experiment runs",
  parameters: keyParameterSchema,
  body: checkedLaterSchema,
  bodies: { "application/json": experimentEditSchema },
  reply: experimentSchema,
});

export const patchLabels = endpoint({
  method: "PATCH",
  path: "/v1/experiments/:key/labels",
  scope: "admin",
  tag,
  summary: "Changes owner, tags or notes, or archives an experiment that has ended",
  parameters: keyParameterSchema,
  body: labelsUpdateSchema,
  reply: experimentSchema,
});

export const deleteExperiment = endpoint({
  method: "DELETE",
  path: "/v1/experiments/:key",
  scope: "admin",
  tag,
  summary: "Deletes a draft",
  parameters: keyParameterSchema,
  reply: z.strictObject({ deleted: z.literal(true) }),
});

const transition = {
  method: "POST",
  scope: "admin",
  tag: "Lifecycle",
  parameters: keyParameterSchema,
  reply: experimentSchema,
} as const;

export const postStart = endpoint({
  ...transition,
  path: "/v1/experiments/:key/start",
  summary: "Starts a draft; refused while its control is not live, unless that is accepted",
  body: startInputSchema,
});

export const postPause = endpoint({
  ...transition,
  path: "/v1/experiments/:key/pause",
  summary: "Pauses: everybody gets the live version",
  body: transitionInputSchema,
});

export const postResume = endpoint({
  ...transition,
  path: "/v1/experiments/:key/resume",
  summary: "Resumes with the same units in the same variants",
  body: transitionInputSchema,
});

export const postStop = endpoint({
  ...transition,
  path: "/v1/experiments/:key/stop",
  summary: "Ends without a winner; the live version stays",
  body: transitionInputSchema,
});

export const postRollback = endpoint({
  ...transition,
  path: "/v1/experiments/:key/rollback",
  summary: "Ends because of harm; the live version stays",
  body: transitionInputSchema,
});

export const postAcceptance = endpoint({
  ...transition,
  path: "/v1/experiments/:key/accept-data",
  summary: "Goes on with data whose split or multiple exposures are in doubt",
  body: acceptanceInputSchema,
});

export const postExclusion = endpoint({
  ...transition,
  path: "/v1/experiments/:key/exclude",
  summary: "Leaves out a stretch of time: totals are rebuilt from the log without it and its new units",
  body: exclusionInputSchema,
});

export const postChange = endpoint({
  ...transition,
  path: "/v1/experiments/:key/change",
  summary:
    "Changes weights, coverage or rules of a running experiment, or says what that would do and why it cannot be",
  body: checkedLaterSchema,
  bodies: { "application/json": runningChangeSchema },
  reply: runningChangeReplySchema,
});

export const postExperimentMetric = endpoint({
  ...transition,
  path: "/v1/experiments/:key/metrics",
  summary:
    "Adds a secondary metric to an experiment that runs: computed from the log from the start on, and marked",
  body: metricAdditionSchema,
});

export const postOverride = endpoint({
  ...transition,
  path: "/v1/experiments/:key/overrides",
  summary: "Forces a unit to a variant, or excludes it: what it does from then on counts nowhere",
  body: overrideInputSchema,
});

export const deleteOverride = endpoint({
  ...transition,
  method: "DELETE",
  path: "/v1/experiments/:key/overrides/:unit",
  summary: "Leaves an overridden unit to the hash again; it is named as the list of overrides names it",
  parameters: z.object({ key: resourceKeySchema, unit: overrideSchema.shape.unit }),
});

export const postPromotion = endpoint({
  ...transition,
  path: "/v1/experiments/:key/promote",
  summary: "Ends with a winner, which becomes live by the experiment's stages, or at once",
  body: promotionInputSchema,
});

export const postAdvance = endpoint({
  ...transition,
  path: "/v1/experiments/:key/advance",
  summary: "Ends a stage of a release and starts the next one",
  body: transitionInputSchema,
});
