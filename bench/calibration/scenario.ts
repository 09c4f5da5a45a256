import type { ExperimentSpec } from "../../src/model/experiment.ts";
import type { MetricDefinition } from "../../src/model/metric.ts";
import type { Population } from "./population.ts";

/** `same`: control and treatment are alike (A/A) · `different`: the last variant differs (A/B). */
export type Mode = "same" | "different";
export const MODES: readonly Mode[] = ["same", "different"];

/** A situation that the engine must keep its promises in. */
export interface Scenario {
  key: string;
  title: string;
  spec: ExperimentSpec;
  definitions: MetricDefinition[];
  population: Population;
  /** Units of one run. */
  units: number;
  /** Units between two looks. */
  lookEvery: number;
  /** What sets the last variant apart; `detectable`: so much that a fixed-horizon test finds it in 80 % of runs. */
  effects: { same: number; different: number | "detectable" };
  /** Shares of the traffic as they really are, where they differ from the planned ones in mode `different`. */
  brokenWeights?: number[];
  /** Units come back for their further requests instead of making all at once. */
  returning: boolean;
  clustered: boolean;
  /** The data mislead: nothing is asked but whether a decision follows. Units are exposed when they arrive. */
  misleads?: boolean;
  /** The primary metric is a quantile of values that repeat: coverage may be more, but not less than promised. */
  repeatedValues?: boolean;
}

/** The variant that is set apart. */
export function treatmentOf({ spec }: Scenario): string {
  return spec.variants.at(-1)?.key ?? "";
}

export function primaryDefinition({ spec, definitions }: Scenario): MetricDefinition {
  const primary = spec.metrics.find(({ role }) => role === "primary");
  const definition = definitions.find(({ key }) => key === primary?.metric);
  if (!definition) throw new Error("a scenario needs a primary metric");
  return definition;
}
