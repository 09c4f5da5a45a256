import { Select } from "#dashboard/ui/select.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";

const unvouchedPolicies = [
  { value: "exclude", label: "Shown beside, decides nothing" },
  { value: "admit", label: "Decides like any other" },
] as const;

/** Whose evidence may decide, and how much of it. */
export function EvidenceFields(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const error = props.form.errorAt;
  return (
    <section>
      <h3>What may decide</h3>
      <div class="form-fields">
        <div data-pointer="/unvouched">
          <Select
            label="Evidence that nobody vouches for"
            options={unvouchedPolicies}
            value={draft.unvouched}
            onChange={(unvouched) => setDraft("unvouched", unvouched)}
            help={
              draft.unvouched === "admit"
                ? "Whoever reads the client key in a browser can decide this experiment."
                : "Events by a client key count where your server has signed their unit."
            }
            error={error("/unvouched")}
          />
        </div>
        <div data-pointer="/maximumEventsPerUnit">
          <TextField
            label="Events per unit that count"
            value={draft.maximumEventsPerUnit}
            onChange={(maximum) => setDraft("maximumEventsPerUnit", maximum)}
            placeholder="All"
            help="The first ones, of each metric per event. Empty: all, so that one unit can outweigh many."
            error={error("/maximumEventsPerUnit")}
          />
        </div>
      </div>
      <label class="choice">
        <input
          type="checkbox"
          checked={draft.acceptUnequalEvents}
          onChange={(event) => setDraft("acceptUnequalEvents", event.currentTarget.checked)}
        />
        <span>
          Promote although users of a variant ask more often
          <span class="field-help">
            Otherwise different numbers of events per unit hold a promotion back: who asks again can make an
            average look better although nobody is better off.
          </span>
        </span>
      </label>
    </section>
  );
}
