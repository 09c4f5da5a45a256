import { For, Match, Show, Switch } from "solid-js";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { AdvancedFields } from "./advanced-fields.tsx";
import type { ExperimentDraft } from "./draft/experiment-draft.ts";
import { differenceUnit } from "./draft/quantities.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { MarginFields } from "./margin-fields.tsx";
import { PromotionPanel } from "./promotion-panel.tsx";
import { SampleSizePanel } from "./sample-size-panel.tsx";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./decision-step.css";

type RuleType = ExperimentDraft["rule"]["type"];

const rules: readonly { type: RuleType; title: string; explanation: string }[] = [
  {
    type: "superiority",
    title: "Superiority: better wins",
    explanation: "Promotes a variant once it is proven better than control on the primary metric.",
  },
  {
    type: "non_inferiority",
    title: "Non-inferiority: not worse, and cheaper or faster",
    explanation: "Accepts a small loss on the primary metric in exchange for a proven gain on another one.",
  },
  {
    type: "best_arm",
    title: "Best of several",
    explanation:
      "Promotes the variant that clearly leads all others. A practical threshold, not a statistical proof.",
  },
  {
    type: "best_levels",
    title: "Best level of every factor",
    explanation: "For factorial variants, such as model × prompt. Combines the levels proven best.",
  },
];

/** The fourth step: the rule, the limits, and how much traffic that takes. */
export function DecisionStep(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const error = props.form.errorAt;
  return (
    <>
      <Panel title="Rule">
        <fieldset class="rules" data-pointer="/rule">
          <legend class="visually-hidden">Rule</legend>
          <For each={rules}>
            {(rule) => (
              <label class="rule">
                <input
                  type="radio"
                  name="rule"
                  checked={draft.rule.type === rule.type}
                  onChange={() => setDraft("rule", "type", rule.type)}
                />
                <span>
                  <span class="rule-title">{rule.title}</span>
                  <span class="rule-explanation">{rule.explanation}</span>
                </span>
              </label>
            )}
          </For>
          <Show when={error("/rule")}>{(message) => <p class="field-error">{message()}</p>}</Show>
        </fieldset>
        <Switch>
          <Match when={draft.rule.type === "non_inferiority"}>
            <div class="form-fields form-row">
              <MarginFields
                form={props.form}
                label="Largest acceptable loss"
                metric={props.form.primaryMetric()}
                kind={draft.rule.marginKind}
                margin={draft.rule.margin}
                onChange={(marginKind, margin) => setDraft("rule", { marginKind, margin })}
                pointer="/rule/margin"
              />
              <div data-pointer="/rule/objective">
                <ObjectiveField form={props.form} />
              </div>
            </div>
          </Match>
          <Match when={draft.rule.type === "best_arm"}>
            <div class="form-fields form-row">
              <DraftField
                form={props.form}
                pointer="/rule/tolerance"
                label="Tolerance"
                unit={differenceUnit("absolute", props.form.primaryMetric())}
                help="How much worse than the best variant the promoted one may be."
              />
              <DraftField
                form={props.form}
                pointer="/rule/delta"
                label="Target error rate"
                help="At 0.05, about 1 in 20 experiments promotes a worse variant."
              />
            </div>
          </Match>
        </Switch>
      </Panel>
      <div class="decision-columns">
        <Panel title="Limits">
          <div class="form-fields">
            <DraftField
              form={props.form}
              pointer="/minimumUnits"
              label="Minimum units"
              help="No promotion before this. Defaults to a tenth of the planned units, at least 100."
            />
            <DraftField
              form={props.form}
              pointer="/maximumUnits"
              label="Maximum units"
              help="Ends the experiment without a winner. With a maximum, intervals are a fifth narrower at the end, so it needs fewer units. Leave empty for no limit."
            />
            <DraftField
              form={props.form}
              pointer="/minimumDuration"
              issuesAt={["/minimumDurationSeconds"]}
              label="Minimum duration"
              help="Defaults to 1 day. Use whole weeks if weekdays differ."
            />
            <DraftField
              form={props.form}
              pointer="/maximumDuration"
              issuesAt={["/maximumDurationSeconds"]}
              label="Maximum duration"
              help="Leave empty for no limit."
            />
            <DraftField
              form={props.form}
              pointer="/alpha"
              label="Alpha"
              help="False positive rate. At 0.05, at most 1 in 20 experiments without a real difference promotes a variant, however often results are checked."
            />
            <DraftField
              form={props.form}
              pointer="/analysisInterval"
              issuesAt={["/analysisIntervalSeconds"]}
              label="Analyzed every"
              help="From 1 minute to 1 day."
            />
          </div>
          <Show when={draft.maximumUnits.trim() !== "" && draft.rule.type === "superiority"}>
            <label class="choice">
              <input
                type="checkbox"
                checked={draft.futility === "stop"}
                onChange={(event) => setDraft("futility", event.currentTarget.checked ? "stop" : "ignore")}
              />
              <span>
                Stop early when a win is out of reach
                <span class="field-help">
                  Ends what has less than a 10% chance left to be proven better by the maximum. Without a real
                  difference, this saves almost half of the units.
                </span>
              </span>
            </label>
          </Show>
          <Show when={draft.variants.length > 2 && draft.allocation.type === "fixed"}>
            <label class="choice">
              <input
                type="checkbox"
                checked={draft.freedTraffic === "reassign"}
                onChange={(event) =>
                  setDraft("freedTraffic", event.currentTarget.checked ? "reassign" : "control")
                }
              />
              <span>
                Give the traffic of a treatment that leaves to control and the leader
                <span class="field-help">
                  Otherwise its units get the control's version and are not counted. No other unit changes its
                  variant.
                </span>
              </span>
            </label>
          </Show>
        </Panel>
        <SampleSizePanel form={props.form} />
      </div>
      <PromotionPanel form={props.form} />
      <AdvancedFields form={props.form} />
    </>
  );
}

/** The metric that has to get better: one of the secondary ones. */
function ObjectiveField(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const options = () =>
    draft.metrics.flatMap(({ metric, role }) =>
      role === "secondary" && metric !== ""
        ? [{ value: metric, label: props.form.findMetric(metric)?.name ?? metric, detail: metric }]
        : [],
    );
  return (
    <Show
      when={options().length > 0}
      fallback={
        <p class="form-hint">
          The metric to improve must be a secondary metric: <a href="?step=metrics">add it to the metrics</a>{" "}
          first.
        </p>
      }
    >
      <Select
        label="Metric to improve"
        options={options()}
        value={options().some(({ value }) => value === draft.rule.objective) ? draft.rule.objective : null}
        onChange={(objective) => setDraft("rule", "objective", objective)}
        help="One of the secondary metrics."
        error={props.form.errorAt("/rule/objective")}
      />
    </Show>
  );
}
