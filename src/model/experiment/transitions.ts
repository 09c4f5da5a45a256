import type { ExperimentStatus } from "./experiment.ts";

/** What can happen to an experiment: from which states, and which state it is in after. Null: it stays in its state. */
export const TRANSITIONS = {
  start: { from: ["draft"], to: "running", verb: "started" },
  pause: { from: ["running"], to: "paused", verb: "paused" },
  resume: { from: ["paused"], to: "running", verb: "resumed" },
  switch_off: { from: ["running", "paused"], to: null, verb: "changed" },
  /** A stage of a release has passed; the next one starts in the same moment. */
  advance: { from: ["running"], to: "stopped", verb: "advanced" },
  promote: { from: ["running", "paused"], to: "promoted", verb: "promoted" },
  stop: { from: ["running", "paused"], to: "stopped", verb: "stopped" },
  rollback: { from: ["running", "paused"], to: "rolled_back", verb: "rolled back" },
} as const satisfies Record<
  string,
  { from: readonly ExperimentStatus[]; to: ExperimentStatus | null; verb: string }
>;
export type TransitionName = keyof typeof TRANSITIONS;

/** Whether an experiment in this state may take a transition. */
export function isAllowed(name: TransitionName, status: ExperimentStatus): boolean {
  const from: readonly ExperimentStatus[] = TRANSITIONS[name].from;
  return from.includes(status);
}
