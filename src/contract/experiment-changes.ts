import * as z from "zod";
import { keptPropertiesSchema } from "#model/experiment/event-properties.ts";
import { experimentInputSchema, experimentMetricSchema } from "#model/experiment/experiment.ts";
import {
  descriptionSchema,
  displayNameSchema,
  metricKeySchema,
  resourceKeySchema,
} from "#model/identifiers.ts";

/** What may change while an experiment runs: nothing that would move a unit or bend a decision already under way. */
export const runningExperimentUpdateSchema = z
  .strictObject({
    name: displayNameSchema.optional(),
    hypothesis: descriptionSchema.optional(),
    coverage: z.number().gt(0).max(1).optional(),
    analysisIntervalSeconds: z.int().min(60).max(86_400).optional(),
    /** The event properties that are kept from now on; what the log holds stays. */
    properties: keptPropertiesSchema.optional(),
  })
  .meta({ id: "RunningExperimentUpdate" });

/** What a change was made on. */
export const expectedRevisionSchema = z.object({
  /** Refuse when the experiment has changed since this revision was read. */
  revision: z.int().positive().optional(),
});

/** The body of an edit: a draft as a whole, or what may change of an active experiment. */
export const experimentEditSchema = z
  .union([
    experimentInputSchema.extend(expectedRevisionSchema.shape),
    runningExperimentUpdateSchema.extend(expectedRevisionSchema.shape),
  ])
  .meta({ id: "ExperimentEdit" });

/** The body of start, pause, resume, stop, promote and rollback. */
export const transitionInputSchema = z
  .strictObject({ reason: descriptionSchema.default(""), ...expectedRevisionSchema.shape })
  .meta({ id: "TransitionInput" });

/** The body of a start. */
export const startInputSchema = transitionInputSchema
  .extend({
    /** Starts although the control's version is not the AI config's live one. */
    acceptControlNotLive: z.boolean().default(false),
  })
  .meta({ id: "StartInput" });

/** The body of an acceptance: going on with data in doubt needs a reason. */
export const acceptanceInputSchema = transitionInputSchema
  .extend({ reason: descriptionSchema.min(1) })
  .meta({ id: "AcceptanceInput" });

/** The body of an addition of a secondary metric. */
export const metricAdditionSchema = transitionInputSchema
  .extend({
    metric: metricKeySchema,
    /** A conversion window of the experiment's own, in seconds; 0 for none. By default the metric's. */
    windowSeconds: experimentMetricSchema.shape.windowSeconds,
  })
  .meta({ id: "MetricAddition" });

export const promotionInputSchema = transitionInputSchema
  .extend({
    variant: resourceKeySchema,
    /** Promotes although another version than at the start is live by now. */
    acceptLiveVersionChanged: z.boolean().default(false),
    /** To everybody at once, whatever stages the experiment has. */
    atOnce: z.boolean().default(false),
  })
  .meta({ id: "PromotionInput" });
