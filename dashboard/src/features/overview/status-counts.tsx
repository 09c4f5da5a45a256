import { A } from "@solidjs/router";
import { For } from "solid-js";
import type { Overview } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { statusWords } from "#dashboard/format/words.ts";
import type { ExperimentStatus } from "#model/experiment/experiment.ts";
import { formatCount } from "#reporter/numbers.ts";
import { MarkedValue } from "./marked-value.tsx";
import "./status-counts.css";

const order: readonly ExperimentStatus[] = [
  "running",
  "paused",
  "draft",
  "promoted",
  "rolled_back",
  "stopped",
];

/** How many experiments there are by status; each leads to those. */
export function StatusCounts(props: { counts: Overview["counts"] }) {
  return (
    <ul class="status-counts" aria-label="Experiments by status">
      <For each={order}>
        {(status) => (
          <li>
            <A class="status-count" href={`${routes.experiments.path()}?status=${status}`}>
              <span class="status-number">
                <MarkedValue text={formatCount(props.counts[status])} />
              </span>
              <span class="status-word">{statusWords[status]}</span>
            </A>
          </li>
        )}
      </For>
    </ul>
  );
}
