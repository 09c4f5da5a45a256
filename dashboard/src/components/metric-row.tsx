import { createMemo, Show } from "solid-js";
import type {
  Comparison,
  GuardrailResult,
  MetricAnalysis,
  VariantEstimate,
} from "../../../src/model/analysis.ts";
import { effectOf } from "../format/effect.ts";
import { formatDifference, formatRelative, formatValue } from "../format/metric-value.ts";
import { formatCount } from "../format/number.ts";
import { plural, unavailableWords } from "../format/words.ts";
import { EffectBadge, VerdictBadge } from "./effect-badge.tsx";
import { describeComparison, describeEstimate, describeVerdict } from "./metric-titles.ts";

/** One variant's line in a metric's table. */
export function MetricRow(props: {
  metric: MetricAnalysis;
  row: VariantEstimate;
  guardrail: GuardrailResult | undefined;
  alpha: number;
}) {
  const definition = () => props.metric.definition;
  const comparison = createMemo(() =>
    props.metric.comparisons.find(({ variant }) => variant === props.row.variant),
  );
  return (
    <tr>
      <th scope="row">
        <span class="metric-variant" title={props.row.variant}>
          {props.row.variant}
        </span>
        <span class="metric-sub number">{plural(formatCount(props.row.units), "unit")}</span>
      </th>
      <td class="metric-number number" title={describeEstimate(props.row)}>
        {props.row.estimate === null
          ? "—"
          : formatValue(definition(), props.row.estimate, props.row.standardError)}
      </td>
      <Show when={comparison()} fallback={<ControlCells />}>
        {(known) => (
          <>
            <td class="metric-number number" title={describeComparison(props.metric, known(), props.alpha)}>
              {differenceWords(props.metric, known())}
              <span class="metric-sub">{relativeWords(known())}</span>
            </td>
            <td>
              <Show
                when={props.guardrail}
                fallback={
                  <EffectBadge
                    effect={effectOf(props.metric, known())}
                    title={describeComparison(props.metric, known(), props.alpha)}
                  />
                }
              >
                {(result) => (
                  <VerdictBadge verdict={result().verdict} title={describeVerdict(definition(), result())} />
                )}
              </Show>
            </td>
          </>
        )}
      </Show>
    </tr>
  );
}

function ControlCells() {
  return (
    <>
      <td class="metric-number muted">—</td>
      <td class="muted">Control</td>
    </>
  );
}

function differenceWords({ definition }: MetricAnalysis, { difference }: Comparison): string {
  if (difference.status !== "ok") return "—";
  return formatDifference(definition, difference.estimate, difference.standardError);
}

function relativeWords({ difference, relative }: Comparison): string {
  if (difference.status !== "ok") return unavailableWords[difference.reason];
  return relative.status === "ok" ? formatRelative(relative.estimate) : unavailableWords[relative.reason];
}
