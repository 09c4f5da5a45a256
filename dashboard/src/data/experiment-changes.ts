import { ApiError } from "#contract/client.ts";
import {
  deleteExperiment,
  deleteOverride,
  patchExperiment,
  patchLabels,
  postAcceptance,
  postAdvance,
  postExclusion,
  postExperiment,
  postExperimentMetric,
  postOverride,
  postPause,
  postPromotion,
  postResume,
  postRollback,
  postStart,
  postStop,
} from "#contract/experiments.ts";
import { type Experiment, type ExperimentStatus, experimentSchema } from "#model/experiment/experiment.ts";
import type { LabelsUpdate } from "#model/experiment/labels.ts";
import type { OverrideInput } from "#model/experiment/override.ts";
import { api } from "./api.ts";
import type { Expectation } from "./apply-optimistically.ts";
import { experimentQueries } from "./experiments.ts";
import { useAction } from "./use-action.ts";

/** What a person has seen and says when acting on an experiment. */
export interface TransitionRequest {
  experiment: Experiment;
  reason: string;
}

/** What a transition leads to, and what is said of it. */
interface Outcome {
  /** Undefined where the status stays. */
  status?: ExperimentStatus;
  done: string;
  failed: string;
}

/** Everything that may look different once an experiment has changed. */
const invalidated = () => [["experiments"], ["configs"], ["audit"], ["overview"]] as const;

/** A refusal because of a newer revision says little to people: what it means for them stands in its place. */
async function withConflictExplained<Reply>(call: Promise<Reply>, explanation: string): Promise<Reply> {
  return call.catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== "revision_conflict") throw error;
    throw new ApiError(error.status, error.code, explanation);
  });
}

/** A call of a dialog, which says what a newer revision means there. */
export const inDialog = <Reply>(call: Promise<Reply>) =>
  withConflictExplained(
    call,
    "Someone else changed the experiment after you opened this dialog. Review its current state, then try again.",
  );

function expectChange(key: string, change: (before: Experiment) => Experiment): Expectation[] {
  return [
    {
      queryKey: experimentQueries.detail(key).queryKey,
      change: (before) => {
        const experiment = experimentSchema.safeParse(before);
        return experiment.success ? change(experiment.data) : before;
      },
    },
  ];
}

interface TransitionCall {
  params: { key: string };
  body: { reason: string; revision: number };
}

/** A change of an experiment's status; refused when it has changed since the given one was read. */
function useTransition<Input extends TransitionRequest>(
  { status, done, failed }: Outcome,
  send: (request: TransitionCall, input: Input) => Promise<Experiment>,
) {
  return useAction<Input, Experiment>({
    run: (input) => {
      const { spec, revision } = input.experiment;
      const body = { reason: input.reason, revision };
      return inDialog(send({ params: { key: spec.key }, body }, input));
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
    { status: "running", done: "Started", failed: "Not started" },
    ({ params, body }, { acceptControlNotLive }) =>
      api.call(postStart, { params, body: { ...body, acceptControlNotLive } }),
  );

export const usePauseExperiment = () =>
  useTransition({ status: "paused", done: "Paused", failed: "Not paused" }, (request) =>
    api.call(postPause, request),
  );

export const useResumeExperiment = () =>
  useTransition({ status: "running", done: "Resumed", failed: "Not resumed" }, (request) =>
    api.call(postResume, request),
  );

export const useStopExperiment = () =>
  useTransition({ status: "stopped", done: "Stopped", failed: "Not stopped" }, (request) =>
    api.call(postStop, request),
  );

export const useAcceptData = () =>
  useTransition({ done: "Data accepted", failed: "Data not accepted" }, (request) =>
    api.call(postAcceptance, request),
  );

export const useRollBackExperiment = () =>
  useTransition({ status: "rolled_back", done: "Rolled back", failed: "Not rolled back" }, (request) =>
    api.call(postRollback, request),
  );

/** Ends an experiment with a winner, which goes live by stages or at once. */
export const usePromoteVariant = () =>
  useTransition<TransitionRequest & { variant: string; acceptLiveVersionChanged: boolean; atOnce: boolean }>(
    { status: "promoted", done: "Promoted", failed: "Not promoted" },
    ({ params, body }, { variant, acceptLiveVersionChanged, atOnce }) =>
      api.call(postPromotion, { params, body: { ...body, variant, acceptLiveVersionChanged, atOnce } }),
  );

/** Ends a stage of a release and starts the next one. */
export const useAdvanceRelease = () =>
  useTransition({ status: "stopped", done: "Next stage started", failed: "Not advanced" }, (request) =>
    api.call(postAdvance, request),
  );

/** Leaves out a time range. Its answer comes once the totals have been recomputed, or when that was put off. */
export function useExcludeTimeRange() {
  return useAction<TransitionRequest & { from: number; until: number }, Experiment>({
    run: ({ experiment: { spec, revision }, from, until, reason }) =>
      inDialog(
        api.call(postExclusion, { params: { key: spec.key }, body: { from, until, reason, revision } }),
      ),
    invalidates: invalidated,
    done: ({ spec, rebuildPendingSince }) =>
      rebuildPendingSince === null
        ? `Recomputed without the time range: ${spec.name}`
        : `Time range excluded, recomputing soon: ${spec.name}`,
  });
}

/** Adds a secondary metric. Its answer comes once the totals have been recomputed, or when that was put off. */
export function useAddMetric() {
  return useAction<{ experiment: Experiment; metric: string }, Experiment>({
    run: ({ experiment: { spec, revision }, metric }) =>
      inDialog(api.call(postExperimentMetric, { params: { key: spec.key }, body: { metric, revision } })),
    invalidates: invalidated,
    done: ({ rebuildPendingSince }, { metric }) =>
      rebuildPendingSince === null ? `Metric added: ${metric}` : `Metric added, computing soon: ${metric}`,
  });
}

/** Changes what people say about an experiment, or archives it. */
export function useLabelExperiment() {
  return useAction<{ experiment: Experiment; update: LabelsUpdate }, Experiment>({
    run: ({ experiment: { spec }, update }) =>
      api.call(patchLabels, { params: { key: spec.key }, body: update }),
    invalidates: invalidated,
    done: ({ labels }, { update: { archived } }) => {
      if (archived === undefined) return "Labels saved";
      return labels.archivedAt === null ? "Brought back from the archive" : "Archived";
    },
    failed: "Not changed",
  });
}

/** Forces a unit to a variant, or excludes it. */
export function useOverrideUnit() {
  return useAction<{ experiment: Experiment } & Omit<OverrideInput, "revision">, Experiment>({
    run: ({ experiment: { spec, revision }, unit, variant, note }) =>
      inDialog(
        api.call(postOverride, { params: { key: spec.key }, body: { unit, variant, note, revision } }),
      ),
    invalidates: invalidated,
    done: (_after, { variant }) => (variant === null ? "Unit excluded" : `Unit forced to ${variant}`),
  });
}

/** Leaves a unit to the experiment again. */
export function useRemoveOverride() {
  return useAction<{ experiment: Experiment; unit: string }, Experiment>({
    run: ({ experiment: { spec }, unit }) => api.call(deleteOverride, { params: { key: spec.key, unit } }),
    optimistic: ({ experiment: { spec }, unit }) =>
      expectChange(spec.key, (before) => ({
        ...before,
        overrides: before.overrides.filter((one) => one.unit !== unit),
      })),
    invalidates: invalidated,
    done: () => "Override removed",
    failed: "Override not removed",
  });
}

/** Lets more units take part while an experiment runs; those that do already keep their variant. */
export function useRaiseCoverage() {
  return useAction<{ experiment: Experiment; coverage: number }, Experiment>({
    run: ({ experiment: { spec }, coverage }) =>
      inDialog(api.call(patchExperiment, { params: { key: spec.key }, body: { coverage } })),
    optimistic: ({ experiment: { spec }, coverage }) =>
      expectChange(spec.key, (before) => ({ ...before, spec: { ...before.spec, coverage } })),
    invalidates: invalidated,
    done: ({ spec }) => `Coverage raised: ${spec.name}`,
    failed: "Coverage not raised",
  });
}

/** Deletes a draft for good. @param onDone leads away from the page of what is no more */
export function useDeleteDraft(onDone: () => void) {
  return useAction<Experiment, { deleted: true }>({
    run: async ({ spec }) => {
      const reply = await inDialog(api.call(deleteExperiment, { params: { key: spec.key } }));
      onDone();
      return reply;
    },
    invalidates: () => [["experiments"], ["audit"], ["overview"]],
    done: (_reply, { spec }) => `Deleted: ${spec.name}`,
    failed: "Not deleted",
  });
}

/** Creates a draft, or replaces the one that was opened, unless somebody has changed it since. */
export function saveExperiment(
  raw: Record<string, unknown>,
  opened: Experiment | undefined,
): Promise<Experiment> {
  if (opened === undefined) return api.call(postExperiment, { body: raw });
  const { spec, revision } = opened;
  return withConflictExplained(
    api.call(patchExperiment, { params: { key: spec.key }, body: { ...raw, revision } }),
    "Someone else changed this draft after you opened it. Copy what you need, then reload the page to continue from the current draft.",
  );
}

export function startExperiment({ spec, revision }: Experiment, reason: string): Promise<Experiment> {
  return api.call(postStart, { params: { key: spec.key }, body: { revision, reason } });
}

/** Changes what may change of an active experiment. */
export function useChangeRunning() {
  return useAction({
    run: ({ key, changes }: { key: string; changes: Record<string, unknown> }) =>
      api.call(patchExperiment, { params: { key }, body: changes }),
    invalidates: () => [["experiments"], ["overview"]],
    done: () => "Experiment changed",
  });
}

/** What to read again after an experiment and perhaps versions were created. */
export const savedExperimentKeys = [["experiments"], ["configs"], ["overview"]] as const;
