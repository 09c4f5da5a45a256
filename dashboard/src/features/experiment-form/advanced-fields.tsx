import { Show, untrack } from "solid-js";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { DEFAULT_MAXIMUM_EVENTS_PER_UNIT } from "#model/experiment/experiment.ts";
import { AttributeFields } from "./attribute-fields.tsx";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { EvidenceFields } from "./evidence-fields.tsx";
import "./experiment-form.css";
import "./advanced-fields.css";
import "#dashboard/styles/foldable.css";

const NOTHING = "none";

const allocations = [
  { value: "fixed", label: "Fixed" },
  { value: "adaptive", label: "Adaptive" },
] as const;

const algorithms = [
  { value: "top_two", label: "Top two", detail: "Finds the best variant sooner" },
  {
    value: "thompson",
    label: "Thompson",
    detail: "Weights each variant by its chance to be best",
  },
] as const;

const covariatePolicies = [
  { value: "use", label: "Used" },
  { value: "ignore", label: "Ignored", detail: "Not stored" },
] as const;

/** What most experiments do not need: targeting, namespaces, adaptive weights, covariates, shards. */
export function AdvancedFields(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const error = props.form.errorAt;
  const isUsed = untrack(
    () =>
      draft.condition !== "" ||
      draft.namespace.name !== "" ||
      draft.covariateSource !== "" ||
      draft.covariates !== "use" ||
      draft.unvouched !== "exclude" ||
      draft.acceptUnequalEvents ||
      draft.properties !== "" ||
      draft.attributes !== "" ||
      draft.adjustFor.attribute !== "" ||
      draft.adjustFor.covariates !== "" ||
      draft.maximumEventsPerUnit !== String(DEFAULT_MAXIMUM_EVENTS_PER_UNIT) ||
      draft.allocation.type === "adaptive",
  );
  const ended = () => [
    { value: NOTHING, label: "None" },
    ...props.form
      .context()
      .experiments.filter(({ endedAt }) => endedAt !== null)
      .map(({ key, name }) => ({ value: key, label: name, detail: key })),
  ];
  return (
    <details class="advanced foldable" open={isUsed}>
      <summary>
        <Icon name="expand" />
        Advanced
      </summary>
      <div class="advanced-body">
        <section>
          <h3>Audience</h3>
          <div class="form-fields">
            <DraftField
              form={props.form}
              pointer="/condition"
              label="Targeting condition"
              rows={3}
              monospaced
              placeholder={'{"country": {"$in": ["CA", "US"]}}'}
              help="A JSON condition on the attributes your app sends, in GrowthBook's MongoDB-like syntax."
            />
            <div class="stack" data-pointer="/namespace">
              <DraftField
                form={props.form}
                pointer="/namespace/name"
                issuesAt={["/namespace/name", "/namespace"]}
                label="Namespace"
                help="Experiments in disjoint ranges of one namespace never share a unit."
              />
              <Show when={draft.namespace.name !== ""}>
                <div class="form-fields">
                  <DraftField
                    form={props.form}
                    pointer="/namespace/from"
                    issuesAt={["/namespace/range/0", "/namespace/range"]}
                    label="Range from"
                    unit="%"
                  />
                  <DraftField
                    form={props.form}
                    pointer="/namespace/to"
                    issuesAt={["/namespace/range/1"]}
                    label="Range to"
                    unit="%"
                  />
                </div>
              </Show>
            </div>
            <DraftField
              form={props.form}
              pointer="/seed"
              label="Seed"
              placeholder={draft.key || "The experiment’s key"}
              help="Salt of the assignment hash. Defaults to the experiment’s key."
            />
          </div>
        </section>
        <section>
          <h3>Traffic allocation</h3>
          <DraftField
            form={props.form}
            pointer="/allocation/type"
            segmented
            label="Allocation"
            options={allocations}
          />
          <p class="form-hint">
            Adaptive weights follow the results while the experiment runs, so fewer users get worse variants.
          </p>
          <Show when={draft.allocation.type === "adaptive"}>
            <div class="form-fields form-row">
              <DraftField
                form={props.form}
                pointer="/allocation/algorithm"
                label="Algorithm"
                options={algorithms}
              />
              <DraftField
                form={props.form}
                pointer="/allocation/minimumWeight"
                label="Minimum weight"
                unit="%"
              />
              <DraftField
                form={props.form}
                pointer="/allocation/phase"
                issuesAt={["/allocation/phaseSeconds"]}
                label="Weights change every"
              />
            </div>
          </Show>
        </section>
        <EvidenceFields form={props.form} />
        <AttributeFields form={props.form} />
        <section>
          <h3>Analysis and load</h3>
          <div class="form-fields">
            <DraftField
              form={props.form}
              pointer="/covariates"
              label="Covariates"
              options={covariatePolicies}
              help="Data from before the experiment reduces variance (CUPED). Fixed at the start."
            />
            <div data-pointer="/covariateSource">
              <Select
                label="Covariates from"
                options={ended()}
                value={draft.covariateSource || NOTHING}
                onChange={(covariateSource) =>
                  setDraft("covariateSource", covariateSource === NOTHING ? "" : covariateSource)
                }
                help="An ended experiment. Its units' results there reduce variance here."
                error={error("/covariateSource")}
              />
            </div>
            <DraftField
              form={props.form}
              pointer="/plannedUnits"
              label="Planned units"
              placeholder="Defaults to the maximum"
              help="Without a maximum, the sample size at which the always-valid interval is narrowest."
            />
            <DraftField
              form={props.form}
              pointer="/shards"
              label="Shards"
              placeholder="1"
              help="Use more than 1 only above thousands of events per second."
            />
          </div>
        </section>
      </div>
    </details>
  );
}
