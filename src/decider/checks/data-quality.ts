import { crossoverShareOf, MAXIMUM_CROSSOVER_SHARE } from "#analyzer/experiment/data-doubts.ts";
import { SAMPLE_RATIO_THRESHOLD } from "#analyzer/tests/sample-ratio.ts";
import type { Rule } from "./check.ts";

/** An experiment may start before its traffic does; after this it is held. */
const NO_TRAFFIC_GRACE_MILLISECONDS = 10 * 60_000;

/** Data that cannot be trusted hold every promotion. Harm is asked for before: it is acted on in any case. */
export const dataTrouble: Rule = {
  name: "data_trouble",
  ask({ analysis, isRebuildPending, startedAt, now }) {
    const { units, crossedOverUnits, sampleRatio, dataDoubts } = analysis;
    const [doubt] = dataDoubts;
    const facts = {
      units,
      sequentialPValue: sampleRatio.sequentialPValue,
      runningPValue: sampleRatio.runningPValue,
      sampleRatioThreshold: SAMPLE_RATIO_THRESHOLD,
      crossoverShare: crossoverShareOf(analysis),
      maximumCrossoverShare: MAXIMUM_CROSSOVER_SHARE,
    };
    const hold = { applies: true, facts, action: "hold", variant: null } as const;
    const isSilent = units + crossedOverUnits === 0 && now - startedAt > NO_TRAFFIC_GRACE_MILLISECONDS;
    if (isSilent) return { ...hold, code: "no_traffic" };
    if (isRebuildPending) return { ...hold, code: "rebuild_pending" };
    return doubt ? { ...hold, code: doubt } : { applies: false, facts };
  },
};
