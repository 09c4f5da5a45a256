import { useQuery } from "@tanstack/solid-query";
import { createMemo, Index, Match, Show, Switch } from "solid-js";
import { auditQueries } from "#dashboard/data/audit.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { isAutomatic } from "#dashboard/format/actor.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { ChainEnd } from "./chain-end.tsx";
import { foldTimeline, type TimelineEntry } from "./timeline.ts";
import { ActLine, DecisionLine } from "./timeline-lines.tsx";
import { useDecisionLog } from "./use-decision-log.ts";
import "#dashboard/styles/small-table.css";
import "./timeline.css";

/** Every decision with its evidence, and what people did in between. */
export function DecisionsTab(props: { experiment: Experiment }) {
  const key = () => props.experiment.spec.key;
  const log = useDecisionLog(key);
  const audit = useQuery(() => auditQueries.newest(`experiment:${key()}`));
  const entries = createMemo(() => {
    // What Bakeoff did by itself follows from a decision, which is listed already.
    const acts = (loadedData(audit)?.entries ?? []).filter(({ actor }) => !isAutomatic(actor));
    const oldest = log.hasOlder() ? (log.records().at(-1)?.takenAt ?? 0) : 0;
    return foldTimeline(
      log.records(),
      acts.filter(({ at }) => at >= oldest),
    );
  });
  const readError = () => (loadedData(log.newest) === undefined && log.newest.error) || undefined;
  return (
    <Switch fallback={<Skeleton label="Loading the decisions" rows={3} height="row" />}>
      <Match when={readError()}>
        {(error) => <QueryError error={error()} retry={() => void log.newest.refetch()} />}
      </Match>
      <Match when={loadedData(log.newest) && !audit.isLoading}>
        <section aria-labelledby="decisions-title">
          <header class="timeline-header">
            <h2 id="decisions-title">Decisions</h2>
            <p class="muted">
              Each analysis runs the checks in order, and the first that applies decides. Consecutive
              identical decisions are grouped.
            </p>
          </header>
          <Show when={audit.error}>
            {(error) => <p class="small-warning">User actions could not be loaded: {explain(error())}</p>}
          </Show>
          <Show
            when={entries().length > 0}
            fallback={
              <Notice icon="clock" tone="neutral" title="No decision yet">
                <p>
                  While the experiment runs, every scheduled analysis and guardrail check adds an entry with
                  its evidence.
                </p>
              </Notice>
            }
          >
            <ol class="timeline">
              <Index each={entries()}>{(entry) => <Line entry={entry()} />}</Index>
            </ol>
          </Show>
          <Show when={log.error()}>
            {(error) => (
              <p class="small-warning" role="alert">
                Older decisions could not be loaded: {explain(error())}
              </p>
            )}
          </Show>
          <Show when={loadedData(log.newest)?.chainHead}>{(head) => <ChainEnd head={head()} />}</Show>
          <Show when={log.hasOlder()}>
            <Button busy={log.isLoading()} onClick={() => void log.loadOlder()}>
              Show older decisions
            </Button>
          </Show>
        </section>
      </Match>
    </Switch>
  );
}

function Line(props: { entry: TimelineEntry }) {
  return (
    <Switch>
      <Match when={props.entry.kind === "act" && props.entry}>
        {(act) => <ActLine entry={act().entry} />}
      </Match>
      <Match when={props.entry.kind === "decision" && props.entry}>
        {(decision) => <DecisionLine folded={decision()} />}
      </Match>
    </Switch>
  );
}
