import { createMemo, Index, Show } from "solid-js";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { ArmStatistics } from "./arm-statistics.tsx";
import { Factorial } from "./factorial.tsx";
import type { ReadingGroup } from "./statistics-cells.ts";
import { readingGroups } from "./statistics-readings.ts";
import "#dashboard/styles/statistics-table.css";

/** Every number behind a metric, each explained in a line. */
export function Statistics(props: { metric: MetricAnalysis; alpha: number }) {
  const groups = createMemo(() => readingGroups(props.metric, props.alpha));
  const treatments = () => props.metric.comparisons.map(({ variant }) => variant);
  const isStratified = () =>
    props.metric.comparisons.some(
      ({ difference }) => difference.status === "ok" && difference.method === "stratified_by_phase",
    );
  return (
    <>
      <Show when={isStratified()}>
        <p class="statistics-note">
          Weights adapt in this experiment, so there is no fixed-horizon p-value. The always-valid one is
          shown instead.
        </p>
      </Show>
      <section
        class="statistics-frame"
        tabindex="0"
        aria-label={`Statistics of ${props.metric.definition.name}`}
      >
        <table class="statistics-table">
          <thead>
            <tr>
              <th scope="col">Number</th>
              <Index each={treatments()}>
                {(variant) => (
                  <th scope="col" class="statistics-number">
                    {variant()}
                  </th>
                )}
              </Index>
            </tr>
          </thead>
          <Index each={groups()}>
            {(group) => <GroupRows group={group()} columns={treatments().length} />}
          </Index>
        </table>
      </section>
      <ArmStatistics metric={props.metric} />
      <Show when={props.metric.factorial}>
        {(factorial) => (
          <Factorial definition={props.metric.definition} factorial={factorial()} alpha={props.alpha} />
        )}
      </Show>
    </>
  );
}

function GroupRows(props: { group: ReadingGroup; columns: number }) {
  return (
    <tbody>
      <tr class="statistics-group">
        <th scope="rowgroup" colspan={props.columns + 1}>
          {props.group.title}
          <span class="statistics-about">{props.group.about}</span>
        </th>
      </tr>
      <Index each={props.group.readings}>
        {(reading) => (
          <tr>
            <th scope="row">
              {reading().name}
              <span class="statistics-about">{reading().about}</span>
            </th>
            <Index each={reading().cells}>
              {(cell) => (
                <td class="statistics-number number">
                  <Show when={cell().exact} fallback={<span class="statistics-words">{cell().text}</span>}>
                    {(exact) => (
                      <Exact exact={exact()} method={reading().about}>
                        <LiveText text={cell().text} />
                      </Exact>
                    )}
                  </Show>
                </td>
              )}
            </Index>
          </tr>
        )}
      </Index>
    </tbody>
  );
}
