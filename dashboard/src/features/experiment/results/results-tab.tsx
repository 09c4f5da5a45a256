import { Show } from "solid-js";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { AllocationPanel } from "./allocation-panel.tsx";
import { useChosenMetric } from "./chosen-metric.ts";
import { MetricCard } from "./metric-card.tsx";
import { MetricSections } from "./metric-sections.tsx";
import { OverTime } from "./over-time.tsx";
import { ResultsToolbar } from "./results-toolbar.tsx";
import { useResultsView } from "./results-view.ts";
import "./results-tab.css";

/** Everything the newest analysis says about every metric. */
export function ResultsTab(props: { experiment: Experiment; results: ExperimentResults }) {
  const analysis = () => props.results.analysis;
  const state = useResultsView(() => analysis().metrics);
  const [metricKey, choose] = useChosenMetric(() => analysis().metrics);
  let closeLook: HTMLElement | undefined;

  const lookClosely = (metric: string) => {
    choose(metric);
    closeLook?.scrollIntoView({ block: "start" });
    closeLook?.focus({ preventScroll: true });
  };
  const isTable = () => state.view() === "table";
  const closeUp = () => (
    <Show when={metricKey()}>
      {(metric) => (
        <section
          class="results-close-up"
          ref={closeLook}
          tabindex="-1"
          aria-label={`Details: ${metric().definition.name}`}
        >
          <Show when={isTable()}>
            <MetricCard
              spec={props.experiment.spec}
              metric={metric()}
              guardrails={props.results.guardrails.filter(
                (result) => metric().role === "guardrail" && result.metric === metric().metric,
              )}
              alpha={analysis().alpha}
              units={analysis().units}
            />
          </Show>
          <OverTime experiment={props.experiment} results={props.results} metric={metric()} />
        </section>
      )}
    </Show>
  );
  return (
    <div class="results">
      <Show when={props.results.unvouched}>
        {(evidence) => <p class="muted">Not included: {evidence().summary}</p>}
      </Show>
      <Show when={analysis().metrics.length > 1}>
        <ResultsToolbar state={state} total={analysis().metrics.length} />
      </Show>
      <MetricSections
        spec={props.experiment.spec}
        results={props.results}
        metrics={state.matchingMetrics()}
        view={state.view()}
        onOverTime={lookClosely}
        afterPrimary={
          <>
            <Show when={!isTable()}>{closeUp()}</Show>
            <AllocationPanel spec={props.experiment.spec} analysis={analysis()} />
          </>
        }
      />
      <Show when={isTable()}>{closeUp()}</Show>
    </div>
  );
}
