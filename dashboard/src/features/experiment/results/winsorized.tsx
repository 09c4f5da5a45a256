import { useQuery } from "@tanstack/solid-query";
import { createSignal, Index, Match, Switch } from "solid-js";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { readingProgress } from "#dashboard/data/reading-progress.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { unavailableWords } from "#dashboard/format/words.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { ReadingStatus } from "#dashboard/ui/reading-status.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import type { WinsorizedComparison } from "#model/analysis/winsorized.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import {
  exactInterval,
  exactValue,
  formatDifference,
  formatInterval,
  formatValue,
} from "#reporter/metric-values.ts";
import { formatCount, formatExact, formatPValue } from "#reporter/numbers.ts";
import "#dashboard/styles/statistics-table.css";

const quantiles = [
  { value: "0.95", label: "95th percentile" },
  { value: "0.99", label: "99th" },
  { value: "0.999", label: "99.9th" },
] as const;

/** A mean's differences with outliers capped: do a few extreme units make the result? */
export function Winsorized(props: { experiment: string; definition: MetricDefinition }) {
  const [quantile, setQuantile] = createSignal<(typeof quantiles)[number]["value"]>("0.99");
  const options = () => resultQueries.winsorized(props.experiment, props.definition.key, quantile());
  const reading = useQuery(options);
  return (
    <>
      <p class="statistics-note">
        Shows whether a few extreme units drive the result. Unit values above a quantile of all variants are
        capped at it. Fixed horizon, for comparison only.
      </p>
      <Segmented label="Cap at" options={quantiles} value={quantile()} onChange={setQuantile} />
      <Switch
        fallback={
          <ReadingStatus label="Reading the event log" progress={readingProgress(options().queryKey)} />
        }
      >
        <Match when={reading.error}>
          {(error) => <QueryError error={error()} retry={() => void reading.refetch()} />}
        </Match>
        <Match when={loadedData(reading)}>
          {(analysis) => (
            <section
              class="statistics-frame"
              tabindex="0"
              aria-label={`Outliers capped, ${props.definition.name}`}
            >
              <table class="statistics-table">
                <thead>
                  <tr>
                    <th scope="col">Variant</th>
                    <th scope="col" class="statistics-number">
                      Cap
                    </th>
                    <th scope="col" class="statistics-number">
                      Units capped
                    </th>
                    <th scope="col" class="statistics-number">
                      Difference
                    </th>
                    <th scope="col" class="statistics-number">
                      Interval, fixed horizon
                    </th>
                    <th scope="col" class="statistics-number">
                      p-value
                    </th>
                  </tr>
                </thead>
                <tbody>
                  <Index each={analysis().comparisons}>
                    {(comparison) => (
                      <WinsorizedRow definition={props.definition} comparison={comparison()} />
                    )}
                  </Index>
                </tbody>
              </table>
            </section>
          )}
        </Match>
      </Switch>
    </>
  );
}

function WinsorizedRow(props: { definition: MetricDefinition; comparison: WinsorizedComparison }) {
  return (
    <tr>
      <th scope="row">{props.comparison.variant}</th>
      <Switch>
        <Match when={props.comparison.result.status === "unavailable" && props.comparison.result}>
          {(result) => (
            <td class="statistics-number statistics-words" colspan="5">
              {unavailableWords[result().reason]}
            </td>
          )}
        </Match>
        <Match when={props.comparison.result.status === "ok" && props.comparison.result}>
          {(result) => (
            <>
              <td class="statistics-number number">
                <Exact exact={exactValue(props.definition, result().cap)}>
                  {formatValue(props.definition, result().cap, null)}
                </Exact>
              </td>
              <td class="statistics-number number">{formatCount(result().cappedUnits)}</td>
              <td class="statistics-number number">
                <Exact
                  exact={exactValue(props.definition, result().estimate)}
                  method="Welch's t on capped units"
                >
                  {formatDifference(props.definition, result().estimate, result().standardError)}
                </Exact>
              </td>
              <td class="statistics-number number">
                <Exact exact={exactInterval(result().interval)}>
                  {formatInterval(props.definition, result().interval, result().standardError)}
                </Exact>
              </td>
              <td class="statistics-number number">
                <Exact exact={`p = ${formatExact(result().pValue)}`}>{formatPValue(result().pValue)}</Exact>
              </td>
            </>
          )}
        </Match>
      </Switch>
    </tr>
  );
}
