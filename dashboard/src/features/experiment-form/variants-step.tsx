import { Index, Show } from "solid-js";
import { Button } from "#dashboard/ui/button.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { ConfigChooser } from "./config-chooser.tsx";
import { newVariant } from "./draft/experiment-draft.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { conflictingExperimentOf, describeRival } from "./draft/warnings.ts";
import { equalWeights, weightsAroundControl } from "./draft/weights.ts";
import { TrafficPanel } from "./traffic-panel.tsx";
import { VariantCard } from "./variant-card.tsx";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./variants-step.css";

const MOST_VARIANTS = 10;

/** The second step: the AI config, its variants side by side, and who gets which. */
export function VariantsStep(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  /** Rules that compare all arms alike, and factors, want equal shares. */
  const startingWeights = () => {
    const control = draft.variants.findIndex(({ id }) => id === draft.control);
    const isAroundControl =
      draft.rule.type === "superiority" && draft.variants.every(({ levels }) => levels === "");
    return isAroundControl
      ? weightsAroundControl(draft.variants.length, control)
      : equalWeights(draft.variants.length);
  };
  const spread = () => {
    for (const [index, weight] of startingWeights().entries()) {
      setDraft("variants", index, { weight, locked: false });
    }
  };
  const add = () => {
    const keys = new Set(draft.variants.map(({ key }) => key));
    let count = draft.variants.length;
    while (keys.has(`treatment-${count}`)) count += 1;
    setDraft("variants", (variants) => [...variants, newVariant(`treatment-${count}`, "new")]);
    spread();
  };
  const remove = (index: number) => {
    setDraft("variants", (variants) => variants.filter((_, at) => at !== index));
    if (!draft.variants.some(({ id }) => id === draft.control))
      setDraft("control", draft.variants[0]?.id ?? "");
    spread();
  };
  return (
    <>
      <ConfigChooser form={props.form} />
      <Show when={conflictingExperimentOf(props.form)}>
        {(conflictingExperiment) => (
          <p class="form-warning">
            <Icon name="alert" />
            <span>{describeRival(conflictingExperiment())}</span>
          </p>
        )}
      </Show>
      <Show when={draft.config !== "" && props.form.context().versions}>
        {(versions) => (
          <>
            <Panel title="Variants">
              <p class="form-lead">
                Treatments are compared with control, usually the live version. New versions are created with
                the experiment and are not used before it starts.
              </p>
              <div class="variant-cards">
                <Index each={draft.variants}>
                  {(variant, index) => (
                    <VariantCard
                      form={props.form}
                      variant={variant()}
                      index={index}
                      versions={versions()}
                      onRemove={draft.variants.length > 2 ? () => remove(index) : undefined}
                    />
                  )}
                </Index>
              </div>
              <div class="form-row cluster">
                <Button
                  icon="plus"
                  onClick={add}
                  unavailable={
                    draft.variants.length >= MOST_VARIANTS
                      ? "An experiment has at most 10 variants."
                      : undefined
                  }
                >
                  Add a variant
                </Button>
                <Show when={props.form.errorAt("/variants") ?? props.form.errorAt("/control")}>
                  {(message) => (
                    <span class="field-error" data-pointer="/control">
                      <Icon name="alert" /> {message()}
                    </span>
                  )}
                </Show>
              </div>
            </Panel>
            <TrafficPanel form={props.form} />
          </>
        )}
      </Show>
    </>
  );
}
