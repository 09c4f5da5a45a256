import { Index, Show } from "solid-js";
import { readNumberText } from "#dashboard/format/number-text.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { equalWeights, moveWeight, WHOLE_WEIGHT } from "./draft/weights.ts";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./traffic-panel.css";

const percentOf = (weight: number) => Number(((weight * 100) / WHOLE_WEIGHT).toFixed(4));

/** Who takes part, and in which shares the variants are handed out. The shares always make up the whole. */
export function TrafficPanel(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  // While a slider is dragged the others are divided as they stood before, so that dragging back restores them.
  let before: number[] | undefined;
  const setWeights = (weights: readonly number[]) => {
    for (const [index, weight] of weights.entries()) setDraft("variants", index, "weight", weight);
  };
  const move = (index: number, percent: number) => {
    before ??= draft.variants.map(({ weight }) => weight);
    setWeights(
      moveWeight(
        before,
        draft.variants.map(({ locked }) => locked),
        index,
        (percent * WHOLE_WEIGHT) / 100,
      ),
    );
  };
  const type = (index: number, text: string) => {
    const value = readNumberText(text);
    if (typeof value !== "number") return;
    before = undefined;
    move(index, value);
    before = undefined;
  };
  const coverage = () => {
    const value = readNumberText(draft.coverage);
    return typeof value === "number" ? value : 100;
  };
  return (
    <Panel
      title="Traffic"
      aside={<Button onClick={() => setWeights(equalWeights(draft.variants.length))}>Equal shares</Button>}
    >
      <div class="traffic-bar" aria-hidden="true">
        <Index each={draft.variants}>
          {(variant, index) => (
            <span
              class="traffic-share"
              data-tone={index % 5}
              style={{ "--share": String(variant().weight / WHOLE_WEIGHT) }}
            >
              {variant().weight * 12 > WHOLE_WEIGHT ? variant().key : ""}
            </span>
          )}
        </Index>
      </div>
      <Show when={draft.variants.length > 2}>
        <p class="form-hint">
          Every treatment is compared with control. With several treatments under the superiority rule, it
          needs the fewest units if control gets more: √k times the share of each of k treatments.
        </p>
      </Show>
      <ul class="traffic-rows">
        <Index each={draft.variants}>
          {(variant, index) => {
            const label = () => variant().key || `variant ${index + 1}`;
            return (
              <li class="traffic-row" data-pointer={`/variants/${index}/weight`}>
                <span class="traffic-name">
                  <span class="traffic-swatch" data-tone={index % 5} aria-hidden="true" />
                  {label()}
                </span>
                <input
                  type="range"
                  class="traffic-slider"
                  min="0"
                  max="100"
                  step="1"
                  aria-label={`Share of ${label()}`}
                  aria-valuetext={`${percentOf(variant().weight)} percent`}
                  disabled={variant().locked}
                  value={String(percentOf(variant().weight))}
                  onInput={(event) => move(index, event.currentTarget.valueAsNumber)}
                  onChange={(event) => {
                    before = undefined;
                    event.currentTarget.value = String(percentOf(variant().weight));
                  }}
                />
                <ExactShare
                  label={`Exact share of ${label()}`}
                  percent={percentOf(variant().weight)}
                  onChange={(text) => type(index, text)}
                />
                <label class="choice traffic-lock">
                  <input
                    type="checkbox"
                    checked={variant().locked}
                    onChange={(event) => setDraft("variants", index, "locked", event.currentTarget.checked)}
                  />
                  Lock<span class="visually-hidden"> the share of {label()}</span>
                </label>
              </li>
            );
          }}
        </Index>
      </ul>
      <div class="traffic-coverage" data-pointer="/coverage">
        <DraftField
          form={props.form}
          pointer="/coverage"
          label="Coverage"
          unit="% of units"
          help="Share of all units in the experiment. Can be increased while it runs; assigned units keep their variant."
        />
        <input
          type="range"
          class="traffic-slider"
          min="1"
          max="100"
          step="1"
          aria-label="Coverage in percent"
          value={String(coverage())}
          onInput={(event) => setDraft("coverage", event.currentTarget.value)}
        />
      </div>
      <Show when={coverage() < 100}>
        <p class="form-hint">All other units get the live version and are not counted.</p>
      </Show>
    </Panel>
  );
}

/** A share that can be typed; it takes effect when the field is left, since the other shares move with it. */
function ExactShare(props: { label: string; percent: number; onChange: (text: string) => void }) {
  return (
    <span class="traffic-exact">
      <input
        class="field-control"
        inputmode="decimal"
        autocomplete="off"
        aria-label={`${props.label} in percent`}
        value={String(props.percent)}
        onChange={(event) => {
          props.onChange(event.currentTarget.value);
          event.currentTarget.value = String(props.percent);
        }}
      />
      <span aria-hidden="true">%</span>
    </span>
  );
}
