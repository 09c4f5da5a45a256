import { z } from "zod";
import { type Experiment, type ExperimentStatus, experimentSchema } from "#model/experiment/experiment.ts";
import { ApiError } from "../api-error.ts";
import { apiPath } from "../api-path.ts";
import { type Method, sendToApi } from "../fetch-from-api.ts";
import type { Expectation } from "../hold-expectation.ts";
import { experimentKey } from "../queries/experiments.ts";
import { useAction } from "../use-action.ts";

/** What a person has seen and says when acting on an experiment. */
export interface TransitionRequest {
  experiment: Experiment;
  reason: string;
}

type Verb = "start" | "pause" | "resume" | "stop" | "promote" | "rollback" | "accept-data";

/** What an act leads to, and what is said of it. */
interface Outcome {
  /** Undefined where the status stays. */
  status?: ExperimentStatus;
  done: string;
  failed: string;
}

const outcomes: Record<Verb, Outcome> = {
  start: { status: "running", done: "Started", failed: "Not started" },
  pause: { status: "paused", done: "Paused", failed: "Not paused" },
  resume: { status: "running", done: "Resumed", failed: "Not resumed" },
  stop: { status: "stopped", done: "Stopped", failed: "Not stopped" },
  promote: { status: "promoted", done: "Promoted", failed: "Not promoted" },
  rollback: { status: "rolled_back", done: "Rolled back", failed: "Not rolled back" },
  "accept-data": { done: "Data accepted", failed: "Data not accepted" },
};

/** A refusal because of a newer revision says little to people: what it means for them stands in its place. */
async function send<T>(method: Method, path: string, schema: z.ZodType<T>, body: unknown): Promise<T> {
  try {
    return await sendToApi(method, path, schema, body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "revision_conflict") throw error;
    const meaning =
      "Someone else changed the experiment after you opened this dialog. Review its current state, then try again.";
    throw new ApiError(error.status, error.code, meaning);
  }
}

/** Everything that may look different once an experiment has changed. */
const invalidated = () => [["experiments"], ["configs"], ["audit"], ["overview"]] as const;

function expectChange(key: string, change: (before: Experiment) => Experiment): Expectation[] {
  return [
    {
      queryKey: experimentKey(key),
      change: (before) => {
        const experiment = experimentSchema.safeParse(before);
        return experiment.success ? change(experiment.data) : before;
      },
    },
  ];
}

/** A change of an experiment's status; refused when it has changed since the given one was read. */
function useTransition<Input extends TransitionRequest>(
  verb: Verb,
  extra: (input: Input) => object = () => ({}),
) {
  const { status, done, failed } = outcomes[verb];
  return useAction<Input, Experiment>({
    run: (input) => {
      const { spec, revision } = input.experiment;
      const body = { reason: input.reason, revision, ...extra(input) };
      return send("POST", apiPath(["experiments", spec.key, verb]), experimentSchema, body);
    },
    optimistic: (input) =>
      expectChange(input.experiment.spec.key, (before) => ({ ...before, status: status ?? before.status })),
    invalidates: invalidated,
    done: (_after, input) => `${done}: ${input.experiment.spec.name}`,
    failed,
  });
}

export const useStartExperiment = () =>
  useTransition<TransitionRequest & { acceptControlNotLive: boolean }>(
    "start",
    ({ acceptControlNotLive }) => ({
      acceptControlNotLive,
    }),
  );
export const usePauseExperiment = () => useTransition("pause");
export const useResumeExperiment = () => useTransition("resume");
export const useStopExperiment = () => useTransition("stop");
export const useAcceptData = () => useTransition("accept-data");
export const useRollBackExperiment = () => useTransition("rollback");

/** Ends an experiment by making a variant's version live. */
export const usePromoteVariant = () =>
  useTransition<TransitionRequest & { variant: string; acceptLiveVersionChanged: boolean }>(
    "promote",
    ({ variant, acceptLiveVersionChanged }) => ({ variant, acceptLiveVersionChanged }),
  );

/** Leaves out a stretch of time. Its answer comes once the totals have been counted anew, or when that was put off. */
export function useExcludeStretch() {
  return useAction<TransitionRequest & { from: number; until: number }, Experiment>({
    run: ({ experiment: { spec, revision }, from, until, reason }) =>
      send("POST", apiPath(["experiments", spec.key, "exclude"]), experimentSchema, {
        from,
        until,
        reason,
        revision,
      }),
    invalidates: invalidated,
    done: ({ spec, rebuildPendingSince }) =>
      rebuildPendingSince === null
        ? `Recomputed without the time range: ${spec.name}`
        : `Time range excluded, recomputing soon: ${spec.name}`,
  });
}

/** Lets more units take part while an experiment runs; those that do already keep their variant. */
export function useRaiseCoverage() {
  return useAction<{ experiment: Experiment; coverage: number }, Experiment>({
    run: ({ experiment: { spec }, coverage }) =>
      send("PATCH", apiPath(["experiments", spec.key]), experimentSchema, { coverage }),
    optimistic: ({ experiment: { spec }, coverage }) =>
      expectChange(spec.key, (before) => ({ ...before, spec: { ...before.spec, coverage } })),
    invalidates: invalidated,
    done: ({ spec }) => `Coverage raised: ${spec.name}`,
    failed: "Coverage not raised",
  });
}

const deletionSchema = z.strictObject({ deleted: z.literal(true) });

/** Deletes a draft for good. @param onDone leads away from the page of what is no more */
export function useDeleteDraft(onDone: () => void) {
  return useAction<Experiment, z.infer<typeof deletionSchema>>({
    run: async ({ spec }) => {
      const answer = await send("DELETE", apiPath(["experiments", spec.key]), deletionSchema, {});
      onDone();
      return answer;
    },
    invalidates: () => [["experiments"], ["audit"], ["overview"]],
    done: (_answer, { spec }) => `Deleted: ${spec.name}`,
    failed: "Not deleted",
  });
}
