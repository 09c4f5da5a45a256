import { Show } from "solid-js";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import "#dashboard/styles/field.css";

/** How a winner reaches everybody: by stages that are watched, or at once. */
export function PromotionPanel(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  return (
    <Panel title="Release of the winner">
      <label class="choice">
        <input
          type="checkbox"
          checked={draft.promotion.isStaged}
          onChange={(event) => setDraft("promotion", "isStaged", event.currentTarget.checked)}
        />
        <span>
          Release by stages
          <span class="field-help">
            Guardrails are watched in every stage. Harm returns everybody to the version before.
          </span>
        </span>
      </label>
      <Show when={draft.promotion.isStaged}>
        <div class="form-fields">
          <DraftField
            form={props.form}
            pointer="/promotion/stages"
            label="Stages"
            unit="%"
            help="Share of all units that get the new version, one stage after the other, up to 100. A stage smaller than the winner’s share is skipped."
          />
          <DraftField
            form={props.form}
            pointer="/promotion/stageMinutes"
            label="Minutes per stage"
            help="A stage also waits for 50 units on each version."
          />
          <DraftField
            form={props.form}
            pointer="/promotion/holdback"
            label="Holdback"
            unit="%"
            help="Stays on the version before during the last stage, to compare with. 0 for none."
          />
          <DraftField
            form={props.form}
            pointer="/promotion/watchHours"
            label="Hours of watch"
            help="How long the last stage lasts before the holdback gets the new version too."
          />
        </div>
      </Show>
    </Panel>
  );
}
