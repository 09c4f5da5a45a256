import { For, Show } from "solid-js";
import type { HoldoutEffect } from "#contract/holdouts.ts";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import { formatDifference, formatInterval, formatValue } from "#reporter/metric-values.ts";
import { formatCount, formatPValue } from "#reporter/numbers.ts";
import "#dashboard/styles/data-table.css";
import "./holdouts.css";

const verdicts: Record<HoldoutEffect["verdict"], { tone: Tone; words: string }> = {
  better: { tone: "better", words: "Better" },
  worse: { tone: "worse", words: "Worse" },
  unproven: { tone: "neutral", words: "Not proven" },
  unknown: { tone: "neutral", words: "No result yet" },
};

const guardrails: Record<NonNullable<HoldoutEffect["guardrail"]>, { tone: Tone; words: string }> = {
  safe: { tone: "better", words: "Safe" },
  harmed: { tone: "worse", words: "Harmed" },
  unclear: { tone: "neutral", words: "Not clear yet" },
};

/** Every metric: held-out units beside the comparison, and the difference that everything shipped has made. */
export function HoldoutEffects(props: { effects: readonly HoldoutEffect[] }) {
  return (
    <div class="data-table-frame">
      <table class="data-table" data-stacks="">
        <caption class="visually-hidden">What everything that was shipped has changed together</caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Held out</th>
            <th scope="col">Comparison</th>
            <th scope="col">Difference</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.effects}>{(effect) => <EffectRow effect={effect} />}</For>
        </tbody>
      </table>
    </div>
  );
}

function EffectRow(props: { effect: HoldoutEffect }) {
  const look = () => {
    const { guardrail, verdict, role } = props.effect;
    return guardrail !== null && role === "guardrail" ? guardrails[guardrail] : verdicts[verdict];
  };
  const value = (estimate: number | null) =>
    estimate === null
      ? "—"
      : formatValue(props.effect.definition, estimate, props.effect.difference?.standardError ?? null);
  return (
    <tr>
      <th scope="row" class="holdout-name">
        {props.effect.definition.name}
        <p class="holdout-note">{props.effect.role}</p>
      </th>
      <td data-head="Held out">
        <span class="number">{value(props.effect.heldOut.estimate)}</span>
        <p class="holdout-note">{formatCount(props.effect.heldOut.units)} units</p>
      </td>
      <td data-head="Comparison">
        <span class="number">{value(props.effect.comparison.estimate)}</span>
        <p class="holdout-note">{formatCount(props.effect.comparison.units)} units</p>
      </td>
      <td data-head="Difference">
        <Show when={props.effect.difference} fallback="—">
          {(difference) => (
            <>
              <span class="number">
                {formatDifference(props.effect.definition, difference().estimate, difference().standardError)}
              </span>
              <p class="holdout-note">
                {formatInterval(props.effect.definition, difference().interval, difference().standardError)},{" "}
                {formatPValue(difference().pValue)}, always valid
              </p>
            </>
          )}
        </Show>
      </td>
      <td>
        <Badge tone={look().tone}>{look().words}</Badge>
      </td>
    </tr>
  );
}
