import { Show } from "solid-js";
import type { Comparison, MetricAnalysis } from "../../../../../src/model/analysis.ts";
import { LiveText } from "../../../components/live-text.tsx";
import { Exact } from "../../../components/ui/exact.tsx";
import { exactInterval, exactValue } from "../../../format/metric-value.ts";
import { formatChance, formatExact } from "../../../format/number.ts";

/** The second opinion in one number. */
export function ChanceCell(props: { metric: MetricAnalysis; comparison: Comparison }) {
  const reading = () => (props.comparison.bayesian.status === "ok" ? props.comparison.bayesian : undefined);
  return (
    <Show when={reading()} fallback={<span class="muted">—</span>}>
      {(known) => (
        <Exact
          exact={[
            `Chance to win ${formatExact(known().chanceToWin)}`,
            `Expected loss ${exactValue(props.metric.definition, known().expectedLoss)}`,
            `Credible interval ${exactInterval(known().credibleInterval)}`,
          ].join("\n")}
          method="Normal likelihood, flat prior. Not protected against repeated looks; it never decides."
        >
          <LiveText text={formatChance(known().chanceToWin)} />
        </Exact>
      )}
    </Show>
  );
}
