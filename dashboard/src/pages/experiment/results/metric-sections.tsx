import { For, Index, Show } from "solid-js";
import type { ExperimentResults } from "../../../../../src/model/decision.ts";
import type { ExperimentSpec } from "../../../../../src/model/experiment.ts";
import { IntervalLegend } from "./interval-legend.tsx";
import { MetricCard } from "./metric-card.tsx";
import { confidenceWords } from "./metric-titles.ts";
import "./metric-sections.css";

const sections = [
  { role: "primary", title: "Primary metric", about: "The one the experiment is decided on." },
  { role: "guardrail", title: "Guardrails", about: "What must not get worse beyond its margin." },
  { role: "secondary", title: "Secondary metrics", about: "What else changed." },
] as const;

/** Every metric, in the order of its weight in the decision. */
export function MetricSections(props: { spec: ExperimentSpec; results: ExperimentResults }) {
  const analysis = () => props.results.analysis;
  const metricsOf = (role: string) => analysis().metrics.filter((metric) => metric.role === role);
  return (
    <For each={sections}>
      {({ role, title, about }) => (
        <Show when={metricsOf(role).length > 0}>
          <section class="metric-section" aria-label={title}>
            <header class="metric-section-header">
              <div>
                <h2>{title}</h2>
                <p class="muted">{about}</p>
              </div>
              <Show when={role === "primary"}>
                <IntervalLegend
                  confidence={confidenceWords(analysis().alpha)}
                  hasMargin={metricsOf("guardrail").length > 0}
                />
              </Show>
            </header>
            <Index each={metricsOf(role)}>
              {(metric) => (
                <MetricCard
                  spec={props.spec}
                  metric={metric()}
                  guardrails={props.results.guardrails.filter(
                    (result) => role === "guardrail" && result.metric === metric().metric,
                  )}
                  alpha={analysis().alpha}
                />
              )}
            </Index>
          </section>
        </Show>
      )}
    </For>
  );
}
