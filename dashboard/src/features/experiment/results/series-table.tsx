import { Index } from "solid-js";
import type { SeriesLook } from "#dashboard/charts/draw-series.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { exactInterval, formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatExact } from "#reporter/numbers.ts";
import "#dashboard/styles/statistics-table.css";
import "./series-table.css";

/** The picture over time in numbers, the newest look first. */
export function SeriesTable(props: { definition: MetricDefinition; looks: readonly SeriesLook[] }) {
  const newestFirst = () => props.looks.toReversed();
  // An interval without an end says nothing of the precision; 0 shows three digits.
  const precision = ({ alwaysValid: [lower, upper] }: SeriesLook) =>
    lower === null || upper === null ? 0 : (upper - lower) / 6;
  return (
    <section class="statistics-frame series-frame" tabindex="0" aria-label="All analyses, newest first">
      <table class="statistics-table">
        <thead>
          <tr>
            <th scope="col">Analysis</th>
            <th scope="col" class="statistics-number">
              Difference
            </th>
            <th scope="col" class="statistics-number">
              Always valid
            </th>
            <th scope="col" class="statistics-number">
              Fixed horizon{" "}
            </th>
          </tr>
        </thead>
        <tbody>
          <Index each={newestFirst()}>
            {(look) => {
              const interval = ([lower, upper]: SeriesLook["fixed"]) => (
                <td class="statistics-number number" title={exactInterval({ lower, upper })}>
                  {formatInterval(props.definition, { lower, upper }, precision(look()))}
                </td>
              );
              return (
                <tr>
                  <th scope="row">{formatDateTime(look().takenAt)}</th>
                  <td class="statistics-number number" title={formatExact(look().estimate)}>
                    {formatDifference(props.definition, look().estimate, precision(look()))}
                  </td>
                  {interval(look().alwaysValid)}
                  {interval(look().fixed)}
                </tr>
              );
            }}
          </Index>
        </tbody>
      </table>
    </section>
  );
}
