import type { z } from "zod";
import type { ConfigValue } from "#model/config/ai-config.ts";
import type { experimentInputSchema } from "#model/experiment/experiment.ts";
import type { metricDefinitionSchema } from "#model/metric/metric.ts";
import type { RecordedRow } from "./recordings.ts";

/** Metric values by key, as one event logs them. */
export type Metrics = Record<string, number>;

export interface Arm {
  key: string;
  /** The recording's name for it. */
  recorded: string;
  value: ConfigValue;
}

type ExperimentSettings = Omit<z.input<typeof experimentInputSchema>, "config" | "variants" | "control">;

/** One experiment of the demo, as data. */
export interface Scenario {
  title: string;
  /** A file of `demo/data`. */
  recording: string;
  config: { key: string; name: string };
  control: Arm;
  treatment: Arm;
  /** Is a task one unit with several events, or is each of its samples a unit of its own? */
  unitIs: "task" | "sample";
  /** The events of one task, from recorded values alone. */
  outcomes: (row: RecordedRow) => Metrics[];
  /** How many units are replayed; by default all that were recorded. */
  replayedUnits?: number;
  /** Metrics that are not built in. */
  ownMetrics?: z.input<typeof metricDefinitionSchema>[];
  experiment: ExperimentSettings;
  /** The metrics whose effects the report shows, the deciding one first. */
  shown: readonly string[];
  expected: { action: "promote" | "rollback" | "stop"; actor?: "cron" | "guardrail" };
}

/** Leaves out what was not recorded. */
export function recordedOnly(metrics: Record<string, number | undefined>): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** One event per sample of a task that was asked several times. */
export function perSample(
  trials: string | undefined,
  metrics: (trial: string, index: number) => Metrics,
): Metrics[] {
  return [...(trials ?? "")].map(metrics);
}
