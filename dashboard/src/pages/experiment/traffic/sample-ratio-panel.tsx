import { Index, Show } from "solid-js";
import type { SampleRatioCheck } from "../../../../src/model/analysis.ts";
import { Badge, type Tone } from "../../components/badge.tsx";
import type { IconName } from "../../components/icon.tsx";
import { Panel } from "../../components/panel.tsx";
import { formatCount, formatPValue } from "../../format/number.ts";
import "../../components/small-table.css";

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
      <Show when={props.check.sequentialPValue !== null && props.check.sequentialPValue}>
        {(pValue) => (
          <p
            class="small-note number"
            title="Valid at every look. Below 0.001 the split is broken, not unlucky, and every decision is held."
          >
            Sequential test: {formatPValue(pValue())}
          </p>
        )}
      </Show>
    </Panel>
  );
}
