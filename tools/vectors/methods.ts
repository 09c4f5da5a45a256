import type { Method } from "./method.ts";
import { BANDIT_METHODS } from "./methods/bandits.ts";
import { BAYESIAN_METHODS } from "./methods/bayesian.ts";
import { DISTRIBUTION_METHODS } from "./methods/distributions.ts";
import { MARGIN_METHODS } from "./methods/margins.ts";
import { MEAN_METHODS } from "./methods/means.ts";
import { MOMENT_METHODS } from "./methods/moments.ts";
import { PLANNING_METHODS } from "./methods/planning.ts";
import { PROPORTION_METHODS } from "./methods/proportions.ts";
import { QUANTILE_METHODS } from "./methods/quantiles.ts";
import { SEQUENTIAL_METHODS } from "./methods/sequential.ts";
import { SPLIT_METHODS } from "./methods/split.ts";

/** Every method that reference vectors name. The adapters rename fields; what they return is the engine's. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...DISTRIBUTION_METHODS,
  ...MOMENT_METHODS,
  ...MEAN_METHODS,
  ...PROPORTION_METHODS,
  ...SPLIT_METHODS,
  ...SEQUENTIAL_METHODS,
  ...BAYESIAN_METHODS,
  ...QUANTILE_METHODS,
  ...PLANNING_METHODS,
  ...MARGIN_METHODS,
  ...BANDIT_METHODS,
};
