import { For, Index, type JSX, Show } from "solid-js";
import { marginOf } from "#dashboard/format/margin.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { IntervalLegend } from "./interval-legend.tsx";
import { MetricCard } from "./metric-card.tsx";
import { MetricMatrix } from "./metric-matrix.tsx";
import { confidenceWords } from "./metric-titles.ts";
import type { ResultsView } from "./results-view.ts";
import "./metric-sections.css";

const sections = [
  { role: "primary", title: "Primary metric", about: "Decides the experiment." },
  { role: "guardrail", title: "Guardrails", about: "Must not get worse beyond their tolerance." },
  { role: "secondary", title: "Secondary metrics", about: "For information only." },
] as const;

/** Every metric, in the order of its weight in the decision. */
export function MetricSections(props: {
  spec: ExperimentSpec;
  results: ExperimentResults;
  metrics: readonly MetricAnalysis[];
  view: ResultsView;
  onOverTime: (metric: string) => void;
  /** What stands between the primary metric and the others. */
  afterPrimary?: JSX.Element;
}) {
  const analysis = () => props.results.analysis;
  const metricsOf = (role: string) => props.metrics.filter((metric) => metric.role === role);
  const first = () => sections.find(({ role }) => metricsOf(role).length > 0)?.role;
  const guardrailsOf = ({ metric, role }: MetricAnalysis) =>
    role === "guardrail" ? props.results.guardrails.filter((result) => result.metric === metric) : [];
  return (
    <For each={sections}>
      {({ role, title, about }) => (
        <>
          <Show when={metricsOf(role).length > 0}>
            <section class="metric-section" aria-label={title}>
              <header class="metric-section-header">
                <div>
                  <h2>{title}</h2>
                  <p class="muted">{about}</p>
                </div>
                <Show when={role === first()}>
                  <IntervalLegend
                    confidence={confidenceWords(analysis().alpha)}
                    hasMargin={props.metrics.some((metric) => marginOf(props.spec, metric) !== undefined)}
                  />
                </Show>
              </header>
              <Show
                when={props.view === "cards"}
                fallback={
                  <MetricMatrix
                    title={title}
                    spec={props.spec}
                    metrics={metricsOf(role)}
                    guardrailsOf={guardrailsOf}
                    alpha={analysis().alpha}
                    onChoose={props.onOverTime}
                  />
                }
              >
                <Index each={metricsOf(role)}>
                  {(metric) => (
                    <MetricCard
                      spec={props.spec}
                      metric={metric()}
                      guardrails={guardrailsOf(metric())}
                      alpha={analysis().alpha}
                      units={analysis().units}
                      onOverTime={props.onOverTime}
                    />
                  )}
                </Index>
              </Show>
            </section>
          </Show>
          <Show when={role === "primary"}>{props.afterPrimary}</Show>
        </>
      )}
    </For>
  );
}
