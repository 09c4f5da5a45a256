import { Show } from "solid-js";
import { unavailableWords } from "#dashboard/format/words.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { formatDifference, formatRelative, withoutUnitWord } from "#reporter/metric-values.ts";
import { differencePrecision } from "./column-precision.ts";
import { differenceMethod, exactDifference, exactRelative } from "./metric-titles.ts";
import "#dashboard/styles/metric-table.css";

/** A treatment's difference to control, in the metric's units and below as a share of control. */
export function DifferenceCell(props: { metric: MetricAnalysis; comparison: Comparison; alpha: number }) {
  const words = () => {
    const { difference } = props.comparison;
    if (difference.status !== "ok") return undefined;
    const precision = differencePrecision(props.metric);
    return formatDifference(withoutUnitWord(props.metric.definition), difference.estimate, precision);
  };
  const relativeWords = () => {
    const { relative } = props.comparison;
    return relative.status === "ok" ? formatRelative(relative.estimate) : "no ratio";
  };
  const isUnavailable = () => props.comparison.relative.status !== "ok";
  return (
    <Show when={words()} fallback={<span class="muted">—</span>}>
      {(text) => (
        <>
          <Exact
            exact={exactDifference(props.metric.definition, props.comparison, props.alpha)}
            method={differenceMethod(props.comparison)}
          >
            <LiveText text={text()} />
          </Exact>
          <span class="metric-sub">
            <Exact
              exact={exactRelative(props.comparison, props.alpha)}
              method={isUnavailable() ? undefined : "(treatment − control) / |control|, Fieller's intervals."}
            >
              <LiveText text={relativeWords()} />
            </Exact>
          </span>
        </>
      )}
    </Show>
  );
}

/** Why a comparison has no number, or nothing when it has. */
export function unavailableReasonOf({ difference }: Comparison): string {
  return difference.status === "ok" ? "" : unavailableWords[difference.reason];
}
