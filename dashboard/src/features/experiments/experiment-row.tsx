import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { ExperimentSummary, LatestSummary } from "#contract/lists.ts";
import { routes } from "#dashboard/app/routes.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { kindWords, statusWords } from "#dashboard/format/words.ts";
import { PrimaryResult } from "#dashboard/metric/primary-result.tsx";
import { StatusBadge } from "#dashboard/ui/badge.tsx";
import { formatCount, plural } from "#reporter/numbers.ts";
import "./experiment-row.css";

/** What the latest analysis said; once a person has ended the experiment, that it has. */
function readingWords(
  { status, endedAt }: ExperimentSummary,
  { action, summary, units }: LatestSummary,
): string {
  const isEnding = action === "promote" || action === "rollback" || action === "stop";
  if (endedAt === null || isEnding) return summary;
  return `${statusWords[status]} manually after ${plural(formatCount(units), "unit")}.`;
}

/** One experiment in the list: what it is, what it found, what was decided. The cells of one table row. */
export function ExperimentRow(props: { experiment: ExperimentSummary }) {
  const latestSummary = () => props.experiment.latestSummary;
  const labels = () => [
    ...(props.experiment.archivedAt === null ? [] : ["Archived"]),
    ...(props.experiment.owner === null ? [] : [props.experiment.owner]),
    ...props.experiment.tags,
  ];
  return (
    <>
      {/* biome-ignore-start lint/a11y: a table of which only the visible rows exist cannot be made of table elements */}
      <div class="row-name" role="rowheader">
        <A class="row-link" href={routes.experiment.path(props.experiment.key)} dir="auto">
          {props.experiment.name}
        </A>
        <span class="row-meta">
          {kindWords[props.experiment.kind]} <span aria-hidden="true">·</span>{" "}
          <code>{props.experiment.config}</code>
          <Show when={labels().length > 0}>
            {" "}
            <span aria-hidden="true">·</span> {labels().join(", ")}
          </Show>
        </span>
      </div>
      <div class="row-status" role="cell">
        <StatusBadge status={props.experiment.status} />
      </div>
      <div class="row-units number" role="cell">
        <Show when={latestSummary()} fallback={<span class="muted">—</span>}>
          {(reading) => (
            <>
              {formatCount(reading().units)}
              <span class="row-units-word"> {reading().units === 1 ? "unit" : "units"}</span>
            </>
          )}
        </Show>
      </div>
      <div class="row-result" role="cell">
        <Show when={latestSummary()?.primary} fallback={<span class="muted">No result yet</span>}>
          {(primary) => <PrimaryResult reading={primary()} />}
        </Show>
      </div>
      <div class="row-decision" role="cell">
        <Show
          when={latestSummary()}
          fallback={
            <span class="muted">
              {props.experiment.status === "draft" ? "Not started" : "Waiting for the first analysis"}
            </span>
          }
        >
          {(reading) => (
            <p title={`${formatDateTime(reading().takenAt)}: ${reading().summary}`}>
              {readingWords(props.experiment, reading())}
            </p>
          )}
        </Show>
      </div>
      {/* biome-ignore-end lint/a11y: see above */}
    </>
  );
}
