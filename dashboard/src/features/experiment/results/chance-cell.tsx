import { Show } from "solid-js";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { exactInterval, exactValue } from "#reporter/metric-values.ts";
import { formatChance, formatExact } from "#reporter/numbers.ts";

/** The second opinion in one number. */
export function ChanceCell(props: { metric: MetricAnalysis; comparison: Comparison }) {
  const reading = () => (props.comparison.bayesian.status === "ok" ? props.comparison.bayesian : undefined);
  return (
    <Show when={reading()} fallback={<span class="muted">—</span>}>
      {(posterior) => (
        <Exact
          exact={[
            `Chance to win ${formatExact(posterior().chanceToWin)}`,
            `Expected loss ${exactValue(props.metric.definition, posterior().expectedLoss)}`,
            `Credible interval ${exactInterval(posterior().credibleInterval)}`,
          ].join("\n")}
          method="Normal likelihood, flat prior. Not corrected for repeated analyses, so not used in decisions."
        >
          <LiveText text={formatChance(posterior().chanceToWin)} />
        </Exact>
      )}
    </Show>
  );
}
