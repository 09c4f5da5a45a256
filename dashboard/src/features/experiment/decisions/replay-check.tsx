import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import type { Replay, ReplayDifference } from "#contract/decisions.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { formatCount, plural } from "#reporter/numbers.ts";
import "./replay-check.css";

/** Computes a recorded decision again, and says whether it is the same. */
export function ReplayCheck(props: { experiment: string; takenAt: number }) {
  const [isWanted, setWanted] = createSignal(false);
  const replay = useQuery(() => ({
    ...resultQueries.replay(props.experiment, props.takenAt),
    enabled: isWanted(),
  }));
  const run = () => {
    if (isWanted()) void replay.refetch();
    else setWanted(true);
  };
  return (
    <div class="replay">
      <Button kind="quiet" busy={replay.isFetching} onClick={run}>
        {loadedData(replay) ? "Replay again" : "Replay"}
      </Button>
      <div aria-live="polite">
        <Switch>
          <Match when={replay.error}>
            {(error) => <p class="small-warning">Could not replay: {explain(error())}</p>}
          </Match>
          <Match when={loadedData(replay)}>{(answer) => <Answer answer={answer()} />}</Match>
        </Switch>
      </div>
    </div>
  );
}

function Answer(props: { answer: Replay }) {
  const engines = () => props.answer.engineVersion;
  return (
    <>
      <p class="replay-verdict" data-identical={props.answer.identical}>
        <Icon name={props.answer.identical ? "check" : "alert"} />
        {props.answer.identical
          ? "Recomputed: identical"
          : `Recomputed: ${plural(formatCount(props.answer.differenceCount), "difference")}`}
      </p>
      <Show when={engines().stored !== engines().now}>
        <p class="timeline-note">
          Decided by engine version {engines().stored}, recomputed by version {engines().now}.
        </p>
      </Show>
      <Show when={props.answer.differences.length > 0}>
        <ul class="replay-differences number">
          <For each={props.answer.differences}>{(difference) => <li>{differenceWords(difference)}</li>}</For>
        </ul>
      </Show>
    </>
  );
}

function differenceWords({ path, stored, recomputed }: ReplayDifference): string {
  const words = (value: ReplayDifference["stored"]) => (value === undefined ? "nothing" : String(value));
  return `${path}: stored ${words(stored)}, recomputed ${words(recomputed)}`;
}
