import { Index, Match, Show, Switch } from "solid-js";
import { formatCount, formatExact, formatPValue } from "#dashboard/format/number.ts";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import type { IconName } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { SampleRatioCheck } from "#model/analysis/data-quality.ts";
import "#dashboard/ui/small-table.css";

const looks: Record<SampleRatioCheck["verdict"], { tone: Tone; icon: IconName; word: string }> = {
  ok: { tone: "better", icon: "check", word: "As planned" },
  mismatch: { tone: "worse", icon: "alert", word: "Mismatch" },
  insufficient_data: { tone: "neutral", icon: "question", word: "Too few units" },
};

/** Do the unit counts fit the planned split? If not, nothing else on the page can be trusted. */
export function SampleRatioPanel(props: { check: SampleRatioCheck }) {
  const look = () => looks[props.check.verdict];
  return (
    <Panel
      title="Sample ratio"
      aside={
        <Badge tone={look().tone} icon={look().icon}>
          {look().word}
        </Badge>
      }
    >
      <table class="small-table">
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col">Units</th>
            <th scope="col">Expected</th>
          </tr>
        </thead>
        <tbody>
          <Index each={props.check.observed}>
            {(row) => (
              <tr>
                <th scope="row">{row().variant}</th>
                <td class="number">{formatCount(row().units)}</td>
                <td class="number">{formatCount(row().expected)}</td>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
      <Switch fallback={<p class="small-note">The split is checked once enough units are there.</p>}>
        <Match when={props.check.verdict === "mismatch"}>
          <p class="small-note small-warning">
            So uneven a split is no chance. Something favors one variant: lost exposures, a crash in one of
            them, a bot, a unit that differs between calls. Every decision is held until it is found.
          </p>
        </Match>
        <Match when={props.check.verdict === "ok"}>
          <p class="small-note">The counts fit the weights. Below p = 0.001 every decision would be held.</p>
        </Match>
      </Switch>
      <PValue
        name="Sequential test"
        value={props.check.sequentialPValue}
        method="Sequential multinomial test. It may be looked at all the time without raising more false alarms; decisions read this one."
      />
      <PValue
        name="Smallest so far"
        value={props.check.runningPValue}
        method="The smallest sequential p-value of all looks."
      />
      <PValue
        name="Single look"
        value={props.check.pValue}
        method="Pearson's chi-square. Valid for one planned look only; for comparison."
      />
    </Panel>
  );
}

function PValue(props: { name: string; value: number | null; method: string }) {
  return (
    <Show when={props.value !== null}>
      <p class="small-note number">
        {props.name}:{" "}
        <Exact exact={`p = ${formatExact(props.value ?? 0)}`} method={props.method}>
          {formatPValue(props.value ?? 0)}
        </Exact>
      </p>
    </Show>
  );
}
