import { postChange } from "#contract/experiments.ts";
import type { RunningChange, RunningChangeReply } from "#contract/running-change.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { api } from "./api.ts";
import { inDialog } from "./experiment-changes.ts";
import { useAction } from "./use-action.ts";

/** New traffic of a running experiment, as it was when the dialog was opened. */
export type TrafficChange = { experiment: Experiment } & Pick<RunningChange, "reason"> &
  Partial<Pick<RunningChange, "weights" | "coverage">>;

const send = ({ experiment, ...change }: TrafficChange, dryRun: boolean): Promise<RunningChangeReply> =>
  inDialog(
    api.call(postChange, {
      params: { key: experiment.spec.key },
      body: { ...change, revision: experiment.revision, dryRun },
    }),
  );

/** Asks what a change would do. Changes nothing. */
export function usePreviewOfTraffic() {
  return useAction<TrafficChange, RunningChangeReply>({
    run: (change) => send(change, true),
    invalidates: () => [],
  });
}

/** Changes weights or coverage. */
export function useChangeTraffic() {
  return useAction<TrafficChange, RunningChangeReply>({
    run: (change) => send(change, false),
    invalidates: () => [["experiments"], ["audit"], ["overview"]],
    done: (_after, { experiment }) => `Traffic changed: ${experiment.spec.name}`,
  });
}
