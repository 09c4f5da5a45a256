import { SAMPLE_RATIO_THRESHOLD } from "../analyzer/sample-ratio.ts";
import type { Rule } from "./rule.ts";

/** More units in two variants than this and something upstream assigns inconsistently. */
const MAXIMUM_CROSSOVER_SHARE = 0.01;

/** An experiment may start before its traffic does; after this it is held. */
const NO_TRAFFIC_GRACE_MILLISECONDS = 10 * 60_000;

/** Below this many units a single crossed-over unit would exceed the share. */
const MINIMUM_UNITS_FOR_CROSSOVER = 100;

/** Data that cannot be trusted hold every decision, good or bad. */
export const dataTrouble: Rule = {
  name: "data_trouble",
  ask({ analysis, startedAt, now }) {
    const seen = analysis.units + analysis.crossedOverUnits;
    const crossoverShare = seen === 0 ? 0 : analysis.crossedOverUnits / seen;
    const facts = {
      units: analysis.units,
      sequentialPValue: analysis.sampleRatio.sequentialPValue,
      sampleRatioThreshold: SAMPLE_RATIO_THRESHOLD,
      crossoverShare,
      maximumCrossoverShare: MAXIMUM_CROSSOVER_SHARE,
    };
    const hold = { applies: true, facts, action: "hold", variant: null } as const;
    if (seen === 0 && now - startedAt > NO_TRAFFIC_GRACE_MILLISECONDS) return { ...hold, code: "no_traffic" };
    if (analysis.sampleRatio.verdict === "mismatch") return { ...hold, code: "sample_ratio_mismatch" };
    if (seen >= MINIMUM_UNITS_FOR_CROSSOVER && crossoverShare > MAXIMUM_CROSSOVER_SHARE) {
      return { ...hold, code: "too_many_crossed_over" };
    }
    return { applies: false, facts };
  },
};
