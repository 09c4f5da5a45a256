import { For, Show } from "solid-js";
import type { SampleSizeReply } from "#dashboard/data/planning.ts";
import { unitsIn } from "#dashboard/format/expected-course.ts";
import "#dashboard/styles/small-table.css";
import type { SampleSizeInput } from "#model/analysis/sample-size.ts";
import { formatCount, formatPercent, plural } from "#reporter/numbers.ts";
import { CostTable, MaximumTable } from "./cost-tables.tsx";
import { type CostRow, costRows, formatStep, type PlanNotation } from "./plan-words.ts";
import "./expected-costs.css";

/** The slider goes from a quarter of the maximum for the chosen power to three times as many. */
const SMALLEST_SHARE = 0.25;
const LARGEST_SHARE = 3;
const SLIDER_STEPS = 100;

/** What a decision costs in units, days and dollars, by what is true, and what another maximum would change. */
export function ExpectedCosts(props: {
  question: SampleSizeInput;
  reply: SampleSizeReply;
  notation: PlanNotation;
  onMaximum: (text: string) => void;
}) {
  const expected = () => props.reply.expected;
  const course = () => expected().forMaximum ?? expected().forPower;
  const suggested = () => expected().forPower?.maximumUnits ?? undefined;
  const effect = () => formatStep(props.reply.alwaysValid.minimumDetectableEffect.absolute, props.notation);
  const power = () => formatPercent(props.question.power);
  return (
    <section class="costs" aria-labelledby="costs-title">
      <h3 id="costs-title">What a decision costs</h3>
      <Show
        when={suggested()}
        fallback={<p class="costs-lead">No maximum can be named that has exactly this power.</p>}
      >
        {(units) => (
          <>
            <p class="costs-lead">
              On average, with a maximum of{" "}
              <strong>{plural(formatCount(course()?.maximumUnits ?? units()), "unit")}</strong>. {power()}{" "}
              power takes {formatCount(units())}, counting every look
              <Show when={props.question.units === undefined} fallback=".">
                ; the sequential sample size above counts the last look only.
              </Show>
            </p>
            <Show when={props.question.units === undefined}>
              <MaximumSlider
                maximum={course()?.maximumUnits ?? units()}
                suggested={units()}
                onMaximum={props.onMaximum}
              />
            </Show>
          </>
        )}
      </Show>
      <Show when={course()}>
        {(shown) => (
          <>
            <CostBars rows={costRows(shown(), effect())} maximum={shown().maximumUnits ?? 0} />
            <CostTable rows={costRows(shown(), effect())} />
          </>
        )}
      </Show>
      <h4>With another maximum</h4>
      <MaximumTable expected={expected()} power={props.question.power} />
      <p class="small-note">
        Guardrails, the minimum duration, and conversion windows can make an experiment longer.
        <Show when={props.question.treatments > 1}>
          {" "}
          Units are those of control and one of {props.question.treatments} treatments, each tested at alpha /{" "}
          {props.question.treatments}. The experiment goes on until the last treatment has left.
        </Show>
      </p>
    </section>
  );
}

function MaximumSlider(props: { maximum: number; suggested: number; onMaximum: (text: string) => void }) {
  const step = () => Math.max(1, Math.round((props.suggested * LARGEST_SHARE) / SLIDER_STEPS));
  return (
    <label class="costs-slider">
      <span>Maximum</span>
      <input
        type="range"
        min={String(Math.ceil(props.suggested * SMALLEST_SHARE))}
        max={String(props.suggested * LARGEST_SHARE)}
        step={String(step())}
        value={String(props.maximum)}
        aria-valuetext={plural(formatCount(props.maximum), "unit")}
        onInput={(event) => props.onMaximum(event.currentTarget.value)}
      />
    </label>
  );
}

/** For each truth a bar from nothing to the maximum, filled up to the units that are used on average. */
function CostBars(props: { rows: readonly CostRow[]; maximum: number }) {
  const label = () =>
    `Units used on average of a maximum of ${formatCount(props.maximum)}: ${props.rows
      .map(({ name, end }) => `${name} ${unitsIn(end)}`)
      .join(", ")}.`;
  return (
    <div class="costs-bars" role="img" aria-label={label()}>
      <For each={props.rows}>
        {({ truth, name, end }) => (
          <div class="costs-row" data-truth={truth}>
            <span class="costs-name">{name}</span>
            <span class="costs-bar">
              <span style={{ width: `${Math.min(100, (100 * (end.units ?? 0)) / props.maximum)}%` }} />
            </span>
            <span class="costs-units">{unitsIn(end)}</span>
          </div>
        )}
      </For>
      <div class="costs-scale">
        <span>0</span>
        <span>{formatCount(props.maximum)}</span>
      </div>
    </div>
  );
}
