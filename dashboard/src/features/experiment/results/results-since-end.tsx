import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createSignal, type JSX, Show } from "solid-js";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import type { ExperimentResults, ResultsTime } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import "#dashboard/styles/field.css";

const times = [
  { value: "decision", label: "At decision" },
  { value: "now", label: "Latest" },
] as const;

/** Of an ended experiment the numbers that decided, or, when asked, all that came in since. */
export function ResultsSinceEnd(props: {
  experiment: Experiment;
  results: ExperimentResults;
  children: (results: Accessor<ExperimentResults>) => JSX.Element;
}) {
  const [asOf, setAsOf] = createSignal<ResultsTime>("decision");
  const later = useQuery(() => ({
    ...resultQueries.latest(props.experiment.spec.key, "now"),
    enabled: asOf() === "now",
  }));
  const resultsInView = () => (asOf() === "now" && loadedData(later)) || props.results;
  return (
    <>
      <Show when={props.experiment.endedAt !== null && !props.results.live}>
        <div>
          <Segmented label="Results" options={times} value={asOf()} onChange={setAsOf} />
          <Show when={asOf() === "now"}>
            <p class="field-help">
              Includes outcomes that arrived after the decision. The decision does not change.
            </p>
          </Show>
        </div>
      </Show>
      {props.children(resultsInView)}
    </>
  );
}
