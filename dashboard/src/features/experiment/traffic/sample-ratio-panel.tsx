import { Index, Match, Show, Switch } from "solid-js";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import type { IconName } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { SampleRatioCheck } from "#model/analysis/data-quality.ts";
import { formatCount, formatExact, formatPValue } from "#reporter/numbers.ts";
import "#dashboard/styles/small-table.css";

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
      <Switch fallback={<p class="small-note">The split is checked once there are enough units.</p>}>
        <Match when={props.check.verdict === "mismatch"}>
          <p class="small-note small-warning">
            The split differs from the weights by more than chance. Common causes are lost exposures, a crash
            in one variant, bots, or unit ids that change between calls. All decisions are on hold until this
            is resolved.
          </p>
        </Match>
        <Match when={props.check.verdict === "ok"}>
          <p class="small-note">
            The unit counts match the weights. Decisions are put on hold if p falls below 0.001.
          </p>
        </Match>
      </Switch>
      <PValue
        name="Sequential test"
        value={props.check.sequentialPValue}
        method="Sequential multinomial test. Valid however often you check. Used in decisions."
      />
      <PValue
        name="Smallest so far"
        value={props.check.runningPValue}
        method="The smallest sequential p-value of all analyses."
      />
      <PValue
        name="Fixed horizon"
        value={props.check.pValue}
        method="Pearson's chi-square test. Valid only for a single planned analysis. For comparison only."
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
