import { For, Show } from "solid-js";
import type { SampleSizeReply } from "#dashboard/data/planning.ts";
import { unitsIn } from "#dashboard/format/expected-course.ts";
import "#dashboard/styles/small-table.css";
import { formatCount, formatPercent } from "#reporter/numbers.ts";
import { type CostRow, endsOf, formatDays, formatDollars } from "./plan-words.ts";
import "./expected-costs.css";

/** Units, time and money by what is true, with how the experiment ends. */
export function CostTable(props: { rows: readonly CostRow[] }) {
  const hasDays = () => props.rows.some(({ end }) => end.days !== null);
  const hasDollars = () => props.rows.some(({ end }) => end.dollars !== null);
  return (
    <table class="small-table costs-numbers" aria-label="What a decision costs">
      <thead>
        <tr>
          <th scope="col">If the treatment has</th>
          <th scope="col">Units</th>
          <Show when={hasDays()}>
            <th scope="col">Time</th>
          </Show>
          <Show when={hasDollars()}>
            <th scope="col">Cost</th>
          </Show>
        </tr>
      </thead>
      <tbody>
        <For each={props.rows}>
          {({ name, end }) => (
            <tr>
              <th scope="row">
                {name}
                <span class="costs-ends">{endsOf(end)}</span>
              </th>
              <td>{unitsIn(end)}</td>
              <Show when={hasDays()}>
                <td>{end.days === null ? "" : formatDays(end.days)}</td>
              </Show>
              <Show when={hasDollars()}>
                <td>{end.dollars === null ? "" : formatDollars(end.dollars)}</td>
              </Show>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

/** The maximum for the chosen power, the one that is asked about, and none, side by side. */
export function MaximumTable(props: { expected: SampleSizeReply["expected"]; power: number }) {
  const courses = () => {
    const { forPower, forMaximum, withoutMaximum } = props.expected;
    return [
      ...(forPower
        ? [
            {
              name: `${formatCount(forPower.maximumUnits ?? 0)}, for ${formatPercent(props.power)} power`,
              course: forPower,
            },
          ]
        : []),
      ...(forMaximum
        ? [{ name: `${formatCount(forMaximum.maximumUnits ?? 0)}, as entered`, course: forMaximum }]
        : []),
      { name: "None", course: withoutMaximum },
    ];
  };
  return (
    <table class="small-table" aria-label="With another maximum">
      <thead>
        <tr>
          <th scope="col">Maximum</th>
          <th scope="col">Power</th>
          <th scope="col">Units, effect</th>
          <th scope="col">Units, no difference</th>
          <Show when={props.expected.withoutMaximum.harm}>
            <th scope="col">Units, harm</th>
          </Show>
        </tr>
      </thead>
      <tbody>
        <For each={courses()}>
          {({ name, course }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{formatPercent(course.effect.chances.promoted)}</td>
              <td>{unitsIn(course.effect)}</td>
              <td>{unitsIn(course.none)}</td>
              <Show when={props.expected.withoutMaximum.harm}>
                <td>{unitsIn(course.harm)}</td>
              </Show>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
