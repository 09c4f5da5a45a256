import { createMemo, Index, Show } from "solid-js";
import { differenceScale } from "#dashboard/charts/difference-scale.ts";
import { IntervalAxis } from "#dashboard/charts/interval-axis.tsx";
import { differenceDomain, intervalViews } from "#dashboard/charts/interval-view.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { SegmentResults } from "#model/analysis/segments.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatTick } from "#reporter/metric-values.ts";
import { type SegmentLine, SegmentRows } from "./segment-rows.tsx";
import "#dashboard/styles/metric-table.css";
import "./segment-table.css";

/** One metric for all units and for every segment, on one axis. */
export function SegmentTable(props: { spec: ExperimentSpec; segments: SegmentResults; metric: string }) {
  const lines = createMemo((): SegmentLine[] => {
    const pick = (metrics: readonly MetricAnalysis[]) =>
      metrics.find(({ metric }) => metric === props.metric);
    const { overall, segments } = props.segments;
    return [
      { ...overall, name: "All units", metric: pick(overall.metrics) },
      ...segments.map((segment) => ({
        ...segment,
        name: String(segment.value),
        metric: pick(segment.metrics),
      })),
    ];
  });
  const scale = createMemo(() =>
    differenceScale(
      differenceDomain(
        lines().flatMap(({ metric }) => (metric ? intervalViews(metric) : [])),
        null,
      ),
    ),
  );
  const definition = () => lines()[0]?.metric?.definition;
  return (
    <div class="segment-frame">
      <table class="metric-table segment-table">
        <thead>
          <tr>
            <th scope="col" class="segment-name-column">
              Segment
            </th>
            <th scope="col" class="segment-variant-column">
              Variant
            </th>
            <th scope="col" class="metric-number segment-number-column">
              Value
            </th>
            <th scope="col" class="metric-number segment-number-column">
              Difference
            </th>
            <th scope="col">Interval</th>
            <th scope="col" class="segment-effect-column">
              Effect
            </th>
          </tr>
        </thead>
        <Index each={lines()}>
          {(line) => (
            <SegmentRows
              line={line()}
              control={props.spec.control}
              scale={scale()}
              alpha={props.segments.correctedAlpha}
            />
          )}
        </Index>
        <tfoot>
          <tr class="metric-axis-row">
            <td colspan="4" />
            <td class="metric-plot">
              <Show when={definition()}>
                {(metric) => (
                  <IntervalAxis scale={scale()} formatTick={(value) => formatTick(metric(), value)} />
                )}
              </Show>
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
