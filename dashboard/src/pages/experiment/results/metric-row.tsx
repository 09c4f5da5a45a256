import { createMemo, Match, Show, Switch } from "solid-js";
import type {
  Comparison,
  GuardrailResult,
  MetricAnalysis,
  VariantEstimate,
} from "../../../../../src/model/analysis.ts";
import { EffectBadge, VerdictBadge } from "../../../components/effect-badge.tsx";
import { effectOf } from "../../../format/effect.ts";
import {
  formatDifference,
  formatRelative,
  formatValue,
  unitWord,
  withoutUnitWord,
} from "../../../format/metric-value.ts";
import { formatCount } from "../../../format/number.ts";
import { plural, unavailableWords } from "../../../format/words.ts";
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
        {valueWords(props.metric, props.row)}
        <span class="metric-sub">{props.row.estimate === null ? "" : unitWord(definition())}</span>
      </td>
      <Show when={comparison()} fallback={<ControlCells />}>
        {(known) => (
          <>
            <td class="metric-number number" title={describeComparison(props.metric, known(), props.alpha)}>
              {differenceWords(props.metric, known())}
              <span class="metric-sub">{relativeWords(known())}</span>
            </td>
            <td>
              <Judgement {...props} comparison={known()} />
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

/** A guardrail's verdict, else the effect, else why there is none. */
function Judgement(props: {
  metric: MetricAnalysis;
  comparison: Comparison;
  guardrail: GuardrailResult | undefined;
  alpha: number;
}) {
  return (
    <Switch fallback={<span class="metric-sub">{unavailableReasonOf(props.comparison)}</span>}>
      <Match when={props.guardrail}>
        {(result) => (
          <VerdictBadge
            verdict={result().verdict}
            title={describeVerdict(props.metric.definition, result())}
          />
        )}
      </Match>
      <Match when={props.comparison.difference.status === "ok"}>
        <EffectBadge
          effect={effectOf(props.metric, props.comparison)}
          title={describeComparison(props.metric, props.comparison, props.alpha)}
        />
      </Match>
    </Switch>
  );
}

/** The largest of the errors, so that a column has the same number of decimals in every row. */
function coarsest(errors: readonly (number | null)[]): number | null {
  const known = errors.filter((error) => error !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function valueWords({ definition, variants }: MetricAnalysis, { estimate }: VariantEstimate): string {
  if (estimate === null) return "—";
  const precision = coarsest(variants.map(({ standardError }) => standardError));
  return formatValue(withoutUnitWord(definition), estimate, precision);
}

function differenceWords({ definition, comparisons }: MetricAnalysis, { difference }: Comparison): string {
  if (difference.status !== "ok") return "—";
  const precision = coarsest(
    comparisons.map((other) => (other.difference.status === "ok" ? other.difference.standardError : null)),
  );
  return formatDifference(withoutUnitWord(definition), difference.estimate, precision);
}

function relativeWords({ difference, relative }: Comparison): string {
  if (difference.status !== "ok") return "";
  return relative.status === "ok" ? formatRelative(relative.estimate) : "no ratio";
}

function unavailableReasonOf({ difference }: Comparison): string {
  return difference.status === "ok" ? "" : unavailableWords[difference.reason];
}
