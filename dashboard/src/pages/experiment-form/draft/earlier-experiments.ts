import type { ExperimentSummary } from "../../../../../src/model/listing.ts";
import { useSampleSize } from "../../../data/queries/planning.ts";
import type { ExperimentForm } from "./use-experiment-form.ts";

/** Experiments on the form's AI config that have seen traffic, newest first: what to expect can be read off them. */
export function earlierExperiments({ draft, world }: ExperimentForm): ExperimentSummary[] {
  return world()
    .experiments.filter(
      ({ config, key, startedAt, latest }) =>
        config === draft.config && key !== world().editing && startedAt !== null && (latest?.units ?? 0) > 1,
    )
    .toSorted((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
}

/** Any number will do: the question is only asked for the baseline that comes with the answer. */
const SOME_UNITS = 10_000;

/** What a metric was in the control of the newest earlier experiment; undefined where that is not known. */
export function useObservedBaseline(form: ExperimentForm, metric: () => string) {
  const source = () => earlierExperiments(form)[0]?.key;
  const query = useSampleSize(() => {
    const experiment = source();
    if (experiment === undefined || metric() === "") return undefined;
    return {
      type: "observed",
      experiment,
      metric: metric(),
      units: SOME_UNITS,
      alpha: 0.05,
      power: 0.8,
      ratio: 1,
    };
  });
  return () => {
    const experiment = source();
    const isAnswered = query.isSuccess && !query.isPlaceholderData;
    if (!isAnswered || experiment === undefined) return undefined;
    return { experiment, estimate: query.data.baseline.estimate };
  };
}
