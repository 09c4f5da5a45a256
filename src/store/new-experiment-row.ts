import { v7 as uuidv7 } from "uuid";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { experimentTable } from "./schema.ts";

/** The row of a draft. @param now epoch milliseconds */
export function newRow(spec: ExperimentSpec, now: number): typeof experimentTable.$inferSelect {
  return {
    key: spec.key,
    config: spec.config,
    status: "draft",
    revision: 1,
    change: uuidv7({ msecs: now }),
    spec: JSON.stringify(spec),
    metricDefinitions: "[]",
    phases: "[]",
    liveVersionAtStart: null,
    switchedOff: "[]",
    acceptances: "[]",
    pauses: "[]",
    exclusions: "[]",
    doubts: null,
    unvouched: null,
    rebuildPendingSince: null,
    conclusion: null,
    latestSummary: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
    analyzedAt: null,
    unitKeyId: null,
  };
}
