import { For } from "solid-js";
import { formatDateTime } from "#dashboard/format/time.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeMethods } from "#reporter/describe-methods.ts";
import { timelineOf } from "#reporter/timeline.ts";

/** What happened to the experiment, and how its numbers are computed. */
export function PrintBackground(props: { experiment: Experiment; analysis: Analysis }) {
  return (
    <>
      <section>
        <h2>Timeline</h2>
        <ul class="print-evidence">
          <For each={timelineOf(props.experiment)}>
            {({ at, words }) => (
              <li>
                {formatDateTime(at)}: {words}
              </li>
            )}
          </For>
        </ul>
      </section>
      <section>
        <h2>Methods</h2>
        <ul class="print-evidence">
          <For each={describeMethods(props.experiment.spec, props.analysis)}>
            {(sentence) => <li>{sentence}</li>}
          </For>
        </ul>
      </section>
    </>
  );
}
