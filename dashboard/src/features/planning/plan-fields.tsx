import { Match, Show, Switch } from "solid-js";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { isEffectInPercent, type PlanDraft, type PlanField } from "./plan-question.ts";
import type { Observable } from "./use-observable.ts";

const types = [
  { value: "proportion", label: "Rate" },
  { value: "mean", label: "Mean" },
  { value: "observed", label: "From an experiment" },
] as const;

const questions = [
  { value: "effect", label: "Sample size" },
  { value: "units", label: "Detectable effect" },
] as const;

const kinds = [
  { value: "absolute", label: "Absolute" },
  { value: "relative", label: "Relative" },
] as const;

function oneOf<Value extends string>(
  options: readonly { value: Value }[],
  text: string,
  fallback: Value,
): Value {
  return options.find(({ value }) => value === text)?.value ?? fallback;
}

/** What the calculator needs. */
export function PlanFields(props: {
  draft: PlanDraft;
  onChange: (field: PlanField, text: string) => void;
  observable: Observable;
  errorAt: (pointer: string) => string | undefined;
}) {
  const change = (field: PlanField) => (text: string) => props.onChange(field, text);
  const unit = () => props.observable.metric()?.displayUnit ?? "";
  const effectUnit = () => {
    if (props.draft.effectKind === "relative") return "% of control";
    return isEffectInPercent(props.draft, props.observable.metric()?.type) ? "percentage points" : unit();
  };
  return (
    <div class="plan-fields">
      <Segmented
        label="Kind of metric"
        options={types}
        value={oneOf(types, props.draft.type, "proportion")}
        onChange={change("type")}
      />
      <Switch>
        <Match when={props.draft.type === "observed"}>
          <Combobox
            label="Experiment"
            options={props.observable
              .experiments()
              .map(({ key, name, config }) => ({ value: key, label: name, detail: `${key} on ${config}` }))}
            value={props.draft.experiment || null}
            onChange={change("experiment")}
            placeholder="Search started experiments"
            help="Uses its control as baseline and its traffic per day."
            error={props.errorAt("/experiment")}
          />
          <Show when={props.observable.metrics().length > 0}>
            <Select
              label="Metric"
              options={props.observable
                .metrics()
                .map(({ key, name }) => ({ value: key, label: name, detail: key }))}
              value={props.observable.metric()?.key ?? null}
              onChange={change("metric")}
              error={props.errorAt("/metric")}
            />
          </Show>
        </Match>
        <Match when={props.draft.type === "mean"}>
          <div class="plan-pair">
            <TextField
              label="Baseline"
              value={props.draft.baseline}
              onChange={change("baseline")}
              error={props.errorAt("/baseline")}
            />
            <TextField
              label="Standard deviation"
              value={props.draft.deviation}
              onChange={change("deviation")}
              help="Of one value per unit."
              error={props.errorAt("/standardDeviation")}
            />
          </div>
        </Match>
        <Match when={true}>
          <TextField
            label="Baseline"
            value={props.draft.baseline}
            onChange={change("baseline")}
            unit="%"
            help="For example 70 for a task success of 70%."
            error={props.errorAt("/baseline")}
          />
        </Match>
      </Switch>
      <Segmented
        label="Calculate"
        options={questions}
        value={oneOf(questions, props.draft.ask, "effect")}
        onChange={change("ask")}
      />
      <Show
        when={props.draft.ask === "units"}
        fallback={
          <div class="plan-pair">
            <TextField
              label="Minimum detectable effect"
              value={props.draft.effect}
              onChange={change("effect")}
              unit={effectUnit()}
              error={
                props.errorAt("/minimumDetectableEffect/value") ??
                props.errorAt("/minimumDetectableEffect") ??
                props.errorAt("/minimumDetectableEffect/kind")
              }
            />
            <Segmented
              label="Effect type"
              options={kinds}
              value={oneOf(kinds, props.draft.effectKind, "absolute")}
              onChange={change("effectKind")}
            />
          </div>
        }
      >
        <TextField
          label="Total units"
          value={props.draft.units}
          onChange={change("units")}
          error={props.errorAt("/units")}
        />
      </Show>
      <TextField
        label="Units per day"
        value={props.draft.unitsPerDay}
        onChange={change("unitsPerDay")}
        help={
          props.draft.type === "observed"
            ? "Defaults to the observed rate."
            : "Optional, to estimate the duration."
        }
        error={props.errorAt("/unitsPerDay")}
      />
      <div class="plan-triple">
        <TextField
          label="Alpha"
          value={props.draft.alpha}
          onChange={change("alpha")}
          help="False positive rate."
          error={props.errorAt("/alpha")}
        />
        <TextField
          label="Power"
          value={props.draft.power}
          onChange={change("power")}
          help="Chance to detect the effect."
          error={props.errorAt("/power")}
        />
        <TextField
          label="Allocation ratio"
          value={props.draft.ratio}
          onChange={change("ratio")}
          help="Treatment units per control unit."
          error={props.errorAt("/ratio")}
        />
      </div>
    </div>
  );
}
