import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { Population } from "./population.ts";

/** `same`: control and treatment are alike (A/A) · `different`: the last variant differs (A/B). */
export type Mode = "same" | "different";
export const MODES: readonly Mode[] = ["same", "different"];

/** A situation that the engine must keep its promises in. */
export interface Scenario {
  key: string;
  title: string;
  spec: ExperimentSpec;
  metricDefinitions: MetricDefinition[];
  population: Population;
  /** Units of one run. */
  units: number;
  /** Units between two looks. */
  lookEvery: number;
  /** What sets the last variant apart; `detectable`: so much that a fixed-horizon test finds it in 80 % of runs. */
  effects: { same: number; different: number | "detectable" };
  /** Shares of the traffic as they really are, where they differ from the planned ones in mode `different`. */
  brokenWeights?: number[];
  /** How much of the effect every variant has, in their order; by default the last one has all of it. */
  effectShares?: number[];
  /** What the rule is not made to find, as an interaction by main effects, or withholds: it may decide nothing, but not wrongly. */
  isHiddenFromRule?: true;
  /** The effect is no detectable one, so that nothing is promised of how often it is found. */
  powerIsShown?: true;
  /** Only what is decided is asked for: a look at the end is promised nothing where arms are as small as here. */
  decisionsOnly?: true;
  /** The traffic is as planned again after this many units; new traffic dilutes what was broken. */
  splitIsRepaired?: { after: number };
  /** Paused between two arrivals, as users come back; what the treatment's units log in it then. */
  pause?: { from: number; until: number; request: Record<string, number> };
  /** How much time passes between two arrivals, in seconds; by default one. */
  secondsPerArrival?: number;
  /** How many arrive, where the experiment may go on for longer: units of arms that left are counted no more. */
  arrivals?: number;
  /** How many units it takes until the experiment ends is asked for. */
  unitsAreCounted?: true;
  /** Weights adapt: a new phase may begin after so many arrivals. Whoever comes back gets the arm that the new weights give. */
  phaseUnits?: number;
  /** Units come back for their further requests instead of making all at once. */
  returning: boolean;
  clustered: boolean;
  /** The data mislead: nothing is asked but whether a decision follows. Units are exposed when they arrive. */
  misleads?: boolean;
  /** Nobody records exposures: a unit is known by its outcomes only. */
  outcomesOnly?: boolean;
  /** The primary metric is a quantile of values that repeat: coverage may be more, but not less than promised. */
  repeatedValues?: boolean;
}

/** How much of the effect a variant has. */
export function effectShareOf({ spec, effectShares }: Scenario, variant: string): number {
  const index = spec.variants.findIndex(({ key }) => key === variant);
  return effectShares?.[index] ?? (index === spec.variants.length - 1 ? 1 : 0);
}

/** The variant that is set apart. */
export function treatmentOf({ spec }: Scenario): string {
  return spec.variants.at(-1)?.key ?? "";
}

/** The metric that a promotion is about: the primary one, or where a small loss on that is accepted the objective. */
export function decidingDefinition({ spec, metricDefinitions }: Scenario): MetricDefinition {
  const primary = spec.metrics.find(({ role }) => role === "primary")?.metric;
  const deciding = spec.rule.type === "non_inferiority" ? spec.rule.objective : primary;
  const definition = metricDefinitions.find(({ key }) => key === deciding);
  if (!definition) throw new Error("a scenario needs a metric that decides");
  return definition;
}
