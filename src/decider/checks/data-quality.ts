import {
  erasedShareOf,
  MAXIMUM_ERASED_SHARE,
  MAXIMUM_MULTIPLE_EXPOSURE_SHARE,
  multipleExposureShareOf,
} from "#analyzer/experiment/data-doubts.ts";
import { SAMPLE_RATIO_THRESHOLD } from "#analyzer/tests/sample-ratio.ts";
import type { Check } from "./check.ts";

/** An experiment may start before its traffic does; after this it is held. */
const NO_TRAFFIC_GRACE_MILLISECONDS = 10 * 60_000;

/** Data that cannot be trusted hold every promotion. Harm is asked for before: it is acted on in any case. */
export const dataQuality: Check = {
  name: "data_trouble",
  evaluate({ analysis, isRebuildPending, startedAt, now }) {
    const { units, multipleExposureUnits, sampleRatio, dataDoubts } = analysis;
    const [doubt] = dataDoubts;
    const facts = {
      units,
      sequentialPValue: sampleRatio.sequentialPValue,
      runningPValue: sampleRatio.runningPValue,
      sampleRatioThreshold: SAMPLE_RATIO_THRESHOLD,
      multipleExposureShare: multipleExposureShareOf(analysis),
      maximumMultipleExposureShare: MAXIMUM_MULTIPLE_EXPOSURE_SHARE,
      erasedShare: erasedShareOf(analysis),
      maximumErasedShare: MAXIMUM_ERASED_SHARE,
    };
    const hold = { applies: true, facts, action: "hold", variant: null } as const;
    const isSilent = units + multipleExposureUnits === 0 && now - startedAt > NO_TRAFFIC_GRACE_MILLISECONDS;
    if (isSilent) return { ...hold, code: "no_traffic" };
    if (isRebuildPending) return { ...hold, code: "rebuild_pending" };
    return doubt ? { ...hold, code: doubt } : { applies: false, facts };
  },
};
