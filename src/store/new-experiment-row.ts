import { v7 as uuidv7 } from "uuid";
import { type ExperimentSpec, experimentSpecSchema } from "#model/experiment/experiment.ts";
import type { experimentTable } from "./schema.ts";

/**
 * The row of a draft.
 * @param now epoch milliseconds
 * @throws where the specification could not be read again: one such row and nothing on its AI config could be
 */
export function newRow(spec: ExperimentSpec, now: number): typeof experimentTable.$inferSelect {
  return {
    key: spec.key,
    config: spec.config,
    status: "draft",
    revision: 1,
    change: uuidv7({ msecs: now }),
    spec: JSON.stringify(experimentSpecSchema.parse(spec)),
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
    recounts: 0,
    conclusion: null,
    latestSummary: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
    analyzedAt: null,
    unitKeyId: null,
    overrides: "[]",
    labels: "{}",
    isHoldout: spec.holdout !== undefined,
    underpoweredSince: null,
  };
}
