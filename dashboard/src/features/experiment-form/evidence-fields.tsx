import { DraftField } from "#dashboard/ui/draft-field.tsx";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { PROPERTY_POINTERS } from "./property-pointers.ts";
import "./experiment-form.css";
import "#dashboard/styles/field.css";

const unvouchedPolicies = [
  { value: "exclude", label: "Show separately, not used in decisions" },
  { value: "admit", label: "Use in decisions" },
] as const;

/** Whose evidence may decide, and how much of it. */
export function EvidenceFields(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  return (
    <section>
      <h3>Evidence</h3>
      <div class="form-fields">
        <DraftField
          form={props.form}
          pointer="/unvouched"
          label="Unvouched events"
          options={unvouchedPolicies}
          help={
            draft.unvouched === "admit"
              ? "Anyone who can read the client key in a browser can influence this experiment."
              : "Events sent with a client key count only if your server signed their unit."
          }
        />
        <DraftField
          form={props.form}
          pointer="/maximumEventsPerUnit"
          label="Maximum events per unit"
          placeholder="All"
          help="Only the first ones count, for metrics per event. Leave empty to count all, so one unit can outweigh many others."
        />
        <DraftField
          form={props.form}
          pointer="/properties"
          issuesAt={PROPERTY_POINTERS}
          label="Event properties to keep"
          placeholder="None"
          help="Names with commas between them, to break results down by. All others are dropped: keep none that say who somebody is."
        />
      </div>
      <label class="choice">
        <input
          type="checkbox"
          checked={draft.acceptUnequalEvents}
          onChange={(event) => setDraft("acceptUnequalEvents", event.currentTarget.checked)}
        />
        <span>
          Promote even if events per unit differ
          <span class="field-help">
            By default, a difference in events per unit blocks promotion, because repeated requests can shift
            an average without a real improvement.
          </span>
        </span>
      </label>
    </section>
  );
}
