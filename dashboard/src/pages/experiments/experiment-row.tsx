import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { ExperimentListItem } from "../../../../src/model/listing.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { PrimaryResult } from "../../components/primary-result.tsx";
import { formatCount } from "../../format/number.ts";
import { formatDateTime } from "../../format/time.ts";
import { kindWords } from "../../format/words.ts";
import { routes } from "../../routes.ts";

/** One experiment in the list: what it is, what it found, what was decided. */
export function ExperimentRow(props: { item: ExperimentListItem }) {
  const spec = () => props.item.experiment.spec;
  return (
    <li class="experiment-row">
      <div class="row-name">
        <A class="row-link" href={routes.experiment.path(spec().key)}>
          {spec().name}
        </A>
        <span class="row-meta">
          {kindWords[spec().kind]} <span aria-hidden="true">·</span> <code>{spec().config}</code>
        </span>
      </div>
      <div class="row-status">
        <StatusBadge status={props.item.experiment.status} />
      </div>
      <div class="row-units number">
        <Show when={props.item.latest} fallback={<span class="muted">—</span>}>
          {(latest) => (
            <>
              {formatCount(latest().units)}
              <span class="row-units-word"> units</span>
            </>
          )}
        </Show>
      </div>
      <div class="row-result">
        <Show when={props.item.latest?.primary} fallback={<span class="muted">No result yet</span>}>
          {(primary) => <PrimaryResult metric={primary()} />}
        </Show>
      </div>
      <div class="row-decision">
        <Show
          when={props.item.latest}
          fallback={
            <span class="muted">
              {props.item.experiment.status === "draft" ? "Not started" : "Waiting for the first analysis"}
            </span>
          }
        >
          {(latest) => <p title={formatDateTime(latest().takenAt)}>{latest().summary}</p>}
        </Show>
      </div>
    </li>
  );
}
