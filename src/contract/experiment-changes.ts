import { z } from "zod";
import { experimentInput } from "#model/experiment/experiment.ts";
import { description, displayName, resourceKey } from "#model/identifiers.ts";

/** What may change while an experiment runs: nothing that would move a unit or bend a decision already under way. */
export const runningExperimentUpdate = z
  .strictObject({
    name: displayName.optional(),
    hypothesis: description.optional(),
    coverage: z.number().gt(0).max(1).optional(),
    analysisIntervalSeconds: z.int().min(60).max(86_400).optional(),
  })
  .meta({ id: "RunningExperimentUpdate" });

/** What a change was made on. */
export const basis = z.object({
  /** Refuse when the experiment has changed since this revision was read. */
  revision: z.int().positive().optional(),
});

/** The body of an edit: a draft as a whole, or what may change of an active experiment. */
export const experimentEdit = z
  .union([experimentInput.extend(basis.shape), runningExperimentUpdate.extend(basis.shape)])
  .meta({ id: "ExperimentEdit" });

/** The body of start, pause, resume, stop, promote and rollback. */
export const transitionInput = z
  .strictObject({ reason: description.default(""), ...basis.shape })
  .meta({ id: "TransitionInput" });

/** The body of a start. */
export const startInput = transitionInput
  .extend({
    /** Starts although the control's version is not the AI config's live one. */
    acceptControlNotLive: z.boolean().default(false),
  })
  .meta({ id: "StartInput" });

/** The body of an acceptance: going on with data in doubt needs a reason. */
export const acceptanceInput = transitionInput
  .extend({ reason: description.min(1) })
  .meta({ id: "AcceptanceInput" });

export const promotionInput = transitionInput
  .extend({
    variant: resourceKey,
    /** Promotes although another version than at the start is live by now. */
    acceptLiveVersionChanged: z.boolean().default(false),
  })
  .meta({ id: "PromotionInput" });
