import type { ExperimentStatus } from "./experiment.ts";

/** True while edges hand out the experiment's variants. Alone in its file, so that clients need no schemas for it. */
export function isActive(status: ExperimentStatus): boolean {
  return status === "running" || status === "paused";
}
