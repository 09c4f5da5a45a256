import { Match, Switch } from "solid-js";
import { effectOf } from "#dashboard/format/effect.ts";
import { EffectBadge, VerdictBadge } from "#dashboard/metric/effect-badge.tsx";
import type { Comparison, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import { unavailableReasonOf } from "./difference-cell.tsx";
import { describeEffect, describeVerdict } from "./metric-titles.ts";
import "#dashboard/styles/metric-table.css";

/** A guardrail's verdict, else the effect, else why there is none. */
export function Judgment(props: {
  metric: MetricAnalysis;
  comparison: Comparison;
  guardrail: GuardrailResult | undefined;
  alpha: number;
}) {
  return (
    <Switch fallback={<span class="metric-sub">{unavailableReasonOf(props.comparison)}</span>}>
      <Match when={props.comparison.difference.status === "ok" && props.guardrail}>
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
          title={describeEffect(props.comparison, props.alpha)}
        />
      </Match>
    </Switch>
  );
}
