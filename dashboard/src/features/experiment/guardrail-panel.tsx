import { For, Show } from "solid-js";
import { type GuardrailReading, guardrailBounds, readGuardrail } from "#dashboard/format/guardrail.ts";
import { VerdictBadge } from "#dashboard/metric/effect-badge.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { confidenceWords, describeVerdict } from "./results/metric-titles.ts";
import "#dashboard/styles/data-table.css";
import "./guardrail-panel.css";

interface Row {
  metric: MetricAnalysis;
  result: GuardrailResult;
  reading: GuardrailReading;
}

/** The worst first: what needs a person should not hide below what is fine. */
const order: Record<GuardrailResult["verdict"], number> = { harmed: 0, unclear: 1, safe: 2 };

/** Every guardrail of every treatment against its margin, in one line each. */
export function GuardrailPanel(props: { spec: ExperimentSpec; results: ExperimentResults }) {
  const rows = (): Row[] =>
    props.results.guardrails
      .flatMap((result) => {
        const metric = props.results.analysis.metrics.find((candidate) => candidate.metric === result.metric);
        return metric ? [{ metric, result, reading: readGuardrail(metric, result) }] : [];
      })
      .toSorted((a, b) => order[a.result.verdict] - order[b.result.verdict]);
  const confidence = () => confidenceWords(props.results.analysis.alpha);
  return (
    <Show when={rows().length > 0}>
      <Panel title="Guardrails at a glance">
        <section class="guardrail-frame" aria-label="Guardrails and their tolerances" tabindex="0">
          <table class="data-table guardrail-table" data-stacks="">
            <thead>
              <tr>
                <th scope="col">Guardrail</th>
                <th scope="col">Verdict</th>
                <th scope="col" class="cell-number">
                  Observed change
                </th>
                <th scope="col" class="cell-number">
                  Tolerance{" "}
                </th>
                <th scope="col" class="cell-number">
                  Interval
                </th>
              </tr>
            </thead>
            <tbody>
              <For each={rows()}>
                {(row) => (
                  <tr>
                    <th scope="row">
                      {row.metric.definition.name}
                      <span class="guardrail-variant">{row.result.variant}</span>
                    </th>
                    <td>
                      <VerdictBadge
                        verdict={row.result.verdict}
                        title={describeVerdict(row.metric.definition, row.result)}
                      />
                    </td>
                    <td class="cell-number number" data-head="Observed change">
                      <Exact exact={row.reading.exactHarm} method="Positive is worse than control.">
                        {row.reading.harm}
                      </Exact>
                    </td>
                    <td class="cell-number number" data-head="Tolerance">
                      {row.reading.tolerated}
                    </td>
                    <td class="cell-number number" data-head="Interval">
                      <Exact
                        exact={row.reading.exactBounds}
                        method={`Always-valid one-sided bounds at ${confidence()}. Harmed if the lower bound exceeds the tolerance, safe if the upper bound is below it.`}
                      >
                        {guardrailBounds(row.metric, row.result)}
                      </Exact>
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Panel>
    </Show>
  );
}
