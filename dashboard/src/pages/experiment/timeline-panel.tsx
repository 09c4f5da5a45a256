import { createMemo, createSignal, Index, Show } from "solid-js";
import type { DecisionRecord } from "../../../../src/model/decision.ts";
import { Panel } from "../../components/panel.tsx";
import { formatCount } from "../../format/number.ts";
import { formatDateTime } from "../../format/time.ts";
import { actionWords } from "../../format/words.ts";
import { foldTimeline, type TimelineEntry } from "./timeline.ts";
import "../../components/button.css";
import "./timeline-panel.css";

const SHOWN_AT_FIRST = 6;

/** How the decision changed over time. */
export function TimelinePanel(props: { decisions: readonly DecisionRecord[] }) {
  const entries = createMemo(() => foldTimeline(props.decisions));
  const [showsAll, setShowsAll] = createSignal(false);
  return (
    <Panel title="Decision timeline">
      <ol class="timeline">
        <Index each={showsAll() ? entries() : entries().slice(0, SHOWN_AT_FIRST)}>
          {(entry) => <TimelineLine entry={entry()} />}
        </Index>
      </ol>
      <Show when={!showsAll() && entries().length > SHOWN_AT_FIRST}>
        <button type="button" class="button timeline-more" onClick={() => setShowsAll(true)}>
          Show {formatCount(entries().length - SHOWN_AT_FIRST)} more
        </button>
      </Show>
    </Panel>
  );
}

function TimelineLine(props: { entry: TimelineEntry }) {
  const record = () => props.entry.latest;
  return (
    <li class="timeline-line" data-action={record().decision.action}>
      <p class="timeline-head">
        <strong>{actionWords[record().decision.action]}</strong>
        <time class="number muted" datetime={new Date(props.entry.since).toISOString()}>
          {formatDateTime(props.entry.since)}
        </time>
      </p>
      <p class="timeline-summary">{record().summary}</p>
      <p class="timeline-note number">
        <Show when={props.entry.looks > 1} fallback="1 look">
          {formatCount(props.entry.looks)} looks
        </Show>
        {record().source === "guardrail" ? ", by the guardrail watch" : ""}
      </p>
    </li>
  );
}
