import { Match, Show, Switch } from "solid-js";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { DraftField, type FieldForm } from "#dashboard/ui/draft-field.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { isEffectInPercent, type PlanDraft, type PlanField } from "./plan-question.ts";
import type { Observable } from "./use-observable.ts";
import "./sample-size-page.css";
import "./plan-fields.css";

const types = [
  { value: "proportion", label: "Rate" },
  { value: "mean", label: "Mean" },
  { value: "observed", label: "From an experiment" },
] as const;

const questions = [
  { value: "effect", label: "Sample size" },
  { value: "units", label: "Detectable effect" },
] as const;

const futilityPolicies = [
  { value: "stop", label: "Stop" },
  { value: "ignore", label: "Go on" },
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
export function PlanFields(props: { form: FieldForm<PlanDraft>; observable: Observable }) {
  const change = (field: PlanField) => (text: string) => props.form.setDraft(field, text);
  const unit = () => props.observable.metric()?.displayUnit ?? "";
  const effectUnit = () => {
    if (props.form.draft.effectKind === "relative") return "% of control";
    return isEffectInPercent(props.form.draft, props.observable.metric()?.type)
      ? "percentage points"
      : unit();
  };
  return (
    <div class="plan-fields">
      <Segmented
        label="Kind of metric"
        options={types}
        value={oneOf(types, props.form.draft.type, "proportion")}
        onChange={change("type")}
      />
      <Switch>
        <Match when={props.form.draft.type === "observed"}>
          <Combobox
            label="Experiment"
            options={props.observable
              .experiments()
              .map(({ key, name, config }) => ({ value: key, label: name, detail: `${key} on ${config}` }))}
            value={props.form.draft.experiment || null}
            onChange={change("experiment")}
            placeholder="Search started experiments"
            help="Uses its control as baseline and its traffic per day."
            error={props.form.errorAt("/experiment")}
          />
          <Show when={props.observable.metrics().length > 0}>
            <Select
              label="Metric"
              options={props.observable
                .metrics()
                .map(({ key, name }) => ({ value: key, label: name, detail: key }))}
              value={props.observable.metric()?.key ?? null}
              onChange={change("metric")}
              error={props.form.errorAt("/metric")}
            />
          </Show>
        </Match>
        <Match when={props.form.draft.type === "mean"}>
          <div class="plan-pair">
            <DraftField form={props.form} pointer="/baseline" label="Baseline" />
            <DraftField
              form={props.form}
              pointer="/deviation"
              issuesAt={["/standardDeviation"]}
              label="Standard deviation"
              help="Of one value per unit."
            />
          </div>
        </Match>
        <Match when={true}>
          <DraftField
            form={props.form}
            pointer="/baseline"
            label="Baseline"
            unit="%"
            help="For example 70 for a task success of 70%."
          />
        </Match>
      </Switch>
      <Segmented
        label="Calculate"
        options={questions}
        value={oneOf(questions, props.form.draft.ask, "effect")}
        onChange={change("ask")}
      />
      <Show
        when={props.form.draft.ask === "units"}
        fallback={
          <div class="plan-pair">
            <DraftField
              form={props.form}
              pointer="/effect"
              issuesAt={[
                "/minimumDetectableEffect/value",
                "/minimumDetectableEffect",
                "/minimumDetectableEffect/kind",
              ]}
              label="Minimum detectable effect"
              unit={effectUnit()}
            />
            <Segmented
              label="Effect type"
              options={kinds}
              value={oneOf(kinds, props.form.draft.effectKind, "absolute")}
              onChange={change("effectKind")}
            />
          </div>
        }
      >
        <DraftField form={props.form} pointer="/units" label="Total units" />
      </Show>
      <div class="plan-pair">
        <DraftField
          form={props.form}
          pointer="/unitsPerDay"
          label="Units per day"
          help={
            props.form.draft.type === "observed"
              ? "Defaults to the observed rate."
              : "Optional, to estimate the duration."
          }
        />
        <DraftField
          form={props.form}
          pointer="/costPerUnit"
          label="Cost per unit"
          unit="USD"
          help="Optional, to estimate what a decision costs."
        />
      </div>
      <div class="plan-triple">
        <DraftField form={props.form} pointer="/alpha" label="Alpha" help="False positive rate." />
        <DraftField form={props.form} pointer="/power" label="Power" help="Chance to detect the effect." />
        <DraftField
          form={props.form}
          pointer="/ratio"
          label="Allocation ratio"
          help="Treatment units per control unit."
        />
      </div>
      <div class="plan-pair">
        <DraftField
          form={props.form}
          pointer="/treatments"
          label="Treatments"
          help="Beside control. They share alpha."
        />
        <Show when={props.form.draft.ask !== "units"}>
          <DraftField
            form={props.form}
            pointer="/maximumUnits"
            label="Maximum units"
            help="Optional, to see what another maximum changes."
          />
        </Show>
      </div>
      <Segmented
        label="When a win is out of reach"
        options={futilityPolicies}
        value={oneOf(futilityPolicies, props.form.draft.futility, "stop")}
        onChange={change("futility")}
      />
    </div>
  );
}
