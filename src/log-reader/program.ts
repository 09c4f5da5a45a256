import type { UnitRowNames } from "#aggregator/storage/name-list.ts";
import type { LogPass } from "#event-log/log-pass.ts";
import type { LogSource } from "#event-log/log-source.ts";
import type { ReplayableExperiment } from "#event-log/read.ts";
import type { Result } from "#shared/result.ts";
import type { Subject } from "./basis.ts";

/** One pass over some of the log. */
export interface Step {
  sources: readonly LogSource[];
  /** Whether it needs what earlier steps have kept of units. */
  keepsUnits?: true;
  /** Begins the pass, or goes on from what the storage has of it. */
  open(): LogPass;
}

/** How a question is answered: step by step, and what follows from them. */
export interface Program {
  steps: readonly Step[];
  /** The answer, once all steps are done. */
  conclude(): Result<unknown>;
}

/** The name of what a step has found so far. */
export function stateName(step: number): string {
  return `state/${step}`;
}

/** The whole log of an experiment, one shard after the other. */
export function allSources({ shards }: Subject): LogSource[] {
  return shards.flatMap(({ sources }) => sources);
}

/** What rows of an experiment's units refer to by place. */
export function rowNames({ spec, metricDefinitions }: ReplayableExperiment): UnitRowNames {
  return {
    variants: spec.variants.map(({ key }) => key),
    metrics: metricDefinitions.map(({ key }) => key),
  };
}
