import { type JSX, Show } from "solid-js";
import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { Experiment, ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatDuration } from "#reporter/durations.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import { confidenceWords } from "./results/metric-titles.ts";
import "./stat-strip.css";

const ruleWords: Record<ExperimentSpec["rule"]["type"], string> = {
  superiority: "superiority rule",
  non_inferiority: "non-inferiority rule",
  best_levels: "best level of every factor",
  best_arm: "best of several",
};

/** How far the experiment has come, in four numbers. */
export function StatStrip(props: { experiment: Experiment; analysis: Analysis }) {
  const now = useClock();
  const spec = () => props.experiment.spec;
  const goal = () => {
    const { minimumUnits, maximumUnits } = spec();
    return props.analysis.units < minimumUnits || maximumUnits === undefined
      ? { units: minimumUnits, word: "minimum" }
      : { units: maximumUnits, word: "maximum" };
  };
  const elapsed = () =>
    props.experiment.startedAt === null
      ? null
      : Math.max(0, (props.experiment.endedAt ?? now()) - props.experiment.startedAt);
  return (
    <dl class="stat-strip">
      <Stat name="Units" value={formatCount(props.analysis.units)}>
        <Progress share={props.analysis.units / goal().units} />
        {goal().word} {formatCount(goal().units)}
      </Stat>
      <Stat name="Outcome events" value={formatCount(props.analysis.events)}>
        {plural(formatCount(props.analysis.metrics.length), "metric")}
      </Stat>
      <Stat
        name={props.experiment.endedAt === null ? "Running for" : "Ran for"}
        value={formatDuration(elapsed() ?? 0)}
      >
        <Show when={props.experiment.startedAt}>{(at) => <>since {formatDateTime(at())}</>}</Show>
      </Stat>
      <Stat name="Confidence" value={confidenceWords(props.analysis.alpha)}>
        {spec().release ? "release, judged for harm" : ruleWords[spec().rule.type]}
      </Stat>
    </dl>
  );
}

function Stat(props: { name: string; value: string; children: JSX.Element }) {
  return (
    <div class="stat">
      <dt>{props.name}</dt>
      <dd class="stat-value number">{props.value}</dd>
      <dd class="stat-note number">{props.children}</dd>
    </div>
  );
}

function Progress(props: { share: number }) {
  const width = () => `${Math.min(100, Math.max(0, props.share * 100)).toFixed(1)}%`;
  return (
    <span class="stat-progress" aria-hidden="true">
      <span style={{ width: width() }} />
    </span>
  );
}
