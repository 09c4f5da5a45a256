import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import type { Verification } from "#contract/lists.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { readingProgress } from "#dashboard/data/reading-progress.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { ReadingStatus } from "#dashboard/ui/reading-status.tsx";
import { formatCount, formatExact, plural } from "#reporter/numbers.ts";
import "#dashboard/styles/small-table.css";
import "./verify-panel.css";

/** Rebuilds every total from the event log, and says whether it is what was counted live. */
export function VerifyPanel(props: { experiment: string }) {
  const [isWanted, setWanted] = createSignal(false);
  const verification = useQuery(() => ({
    ...resultQueries.verification(props.experiment),
    enabled: isWanted(),
  }));
  const run = () => {
    if (isWanted()) void verification.refetch();
    else setWanted(true);
  };
  return (
    <Panel title="Verify results">
      <p class="verify-about">
        Recomputes all totals from the stored event log and compares them with the live totals.
      </p>
      <div aria-live="polite">
        <Switch>
          <Match when={verification.isFetching}>
            <ReadingStatus
              label="Reading the event log"
              progress={readingProgress(resultQueries.verification(props.experiment).queryKey)}
            />
          </Match>
          <Match when={verification.error}>
            {(error) => <p class="small-warning">Could not verify: {explain(error())}</p>}
          </Match>
          <Match when={loadedData(verification)}>{(answer) => <Answer answer={answer()} />}</Match>
        </Switch>
      </div>
      <Button busy={verification.isFetching} onClick={run}>
        {loadedData(verification) ? "Verify again" : "Verify"}
      </Button>
    </Panel>
  );
}

function Answer(props: { answer: Verification }) {
  const scope = () =>
    `${plural(formatCount(props.answer.events), "event")} of ${plural(formatCount(props.answer.units), "unit")}`;
  return (
    <div class="verify-answer" data-agrees={props.answer.agrees}>
      <p class="verify-verdict">
        <Icon name={props.answer.agrees ? "check" : "alert"} />
        {props.answer.agrees ? "The totals match." : "The totals differ."}
      </p>
      <p class="verify-about number">
        {scope()} read. Largest relative difference: {formatExact(props.answer.largestDifference)}.
      </p>
      <Show when={props.answer.differences.length > 0}>
        <ul class="verify-differences">
          <For each={props.answer.differences}>{(name) => <li>{name}</li>}</For>
        </ul>
      </Show>
    </div>
  );
}
