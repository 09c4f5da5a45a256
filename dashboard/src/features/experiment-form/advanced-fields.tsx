import { Show, untrack } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { DEFAULT_MAXIMUM_EVENTS_PER_UNIT } from "#model/experiment/experiment.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { DurationField } from "./duration-field.tsx";
import { EvidenceFields } from "./evidence-fields.tsx";
import "#dashboard/ui/foldable.css";

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
    detail: "Serves users: a variant as often as it is likely to be best",
  },
] as const;

const covariatePolicies = [
  { value: "use", label: "Used" },
  { value: "ignore", label: "Ignored", detail: "None is kept" },
] as const;

/** What most experiments do not need: targeting, namespaces, adaptive shares, covariates, shards. */
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
          <h3>Who takes part</h3>
          <div class="form-fields">
            <div data-pointer="/condition">
              <TextField
                label="Targeting condition"
                value={draft.condition}
                onChange={(condition) => setDraft("condition", condition)}
                rows={3}
                monospaced
                placeholder={'{"country": {"$in": ["CA", "US"]}}'}
                help="JSON over the attributes that your app sends, in the MongoDB-like syntax of GrowthBook."
                error={error("/condition")}
              />
            </div>
            <div class="stack" data-pointer="/namespace">
              <TextField
                label="Namespace"
                value={draft.namespace.name}
                onChange={(name) => setDraft("namespace", "name", name)}
                help="Experiments in disjoint ranges of one namespace never share a unit."
                error={error("/namespace/name") ?? error("/namespace")}
              />
              <Show when={draft.namespace.name !== ""}>
                <div class="form-fields">
                  <TextField
                    label="Range from"
                    unit="%"
                    value={draft.namespace.from}
                    onChange={(from) => setDraft("namespace", "from", from)}
                    error={error("/namespace/range/0") ?? error("/namespace/range")}
                  />
                  <TextField
                    label="Range to"
                    unit="%"
                    value={draft.namespace.to}
                    onChange={(to) => setDraft("namespace", "to", to)}
                    error={error("/namespace/range/1")}
                  />
                </div>
              </Show>
            </div>
            <div data-pointer="/seed">
              <TextField
                label="Seed"
                value={draft.seed}
                onChange={(seed) => setDraft("seed", seed)}
                placeholder={draft.key || "The experiment’s key"}
                help="What the assignment is salted with. Empty: the experiment’s key."
                error={error("/seed")}
              />
            </div>
          </div>
        </section>
        <section>
          <h3>Shares</h3>
          <Segmented
            label="Allocation"
            options={allocations}
            value={draft.allocation.type}
            onChange={(type) => setDraft("allocation", "type", type)}
          />
          <p class="form-hint">
            Adaptive shares follow the evidence while the experiment runs: fewer users get what does worse.
          </p>
          <Show when={draft.allocation.type === "adaptive"}>
            <div class="form-fields form-row">
              <Select
                label="Algorithm"
                options={algorithms}
                value={draft.allocation.algorithm}
                onChange={(algorithm) => setDraft("allocation", "algorithm", algorithm)}
              />
              <div data-pointer="/allocation/minimumWeight">
                <TextField
                  label="Least share of a variant"
                  unit="%"
                  value={draft.allocation.minimumWeight}
                  onChange={(minimumWeight) => setDraft("allocation", "minimumWeight", minimumWeight)}
                  error={error("/allocation/minimumWeight")}
                />
              </div>
              <div data-pointer="/allocation/phaseSeconds">
                <DurationField
                  label="Shares move every"
                  value={draft.allocation.phase}
                  onChange={(phase) => setDraft("allocation", "phase", phase)}
                  error={error("/allocation/phaseSeconds")}
                />
              </div>
            </div>
          </Show>
        </section>
        <EvidenceFields form={props.form} />
        <section>
          <h3>Analysis and load</h3>
          <div class="form-fields">
            <div data-pointer="/covariates">
              <Select
                label="Covariates"
                options={covariatePolicies}
                value={draft.covariates}
                onChange={(covariates) => setDraft("covariates", covariates)}
                help="What is known of units from before explains away variance. Fixed at the start."
                error={error("/covariates")}
              />
            </div>
            <div data-pointer="/covariateSource">
              <Select
                label="History"
                options={ended()}
                value={draft.covariateSource || NOTHING}
                onChange={(covariateSource) =>
                  setDraft("covariateSource", covariateSource === NOTHING ? "" : covariateSource)
                }
                help="An ended experiment: what its units did there explains away variance here."
                error={error("/covariateSource")}
              />
            </div>
            <div data-pointer="/plannedUnits">
              <TextField
                label="Planned units"
                value={draft.plannedUnits}
                onChange={(plannedUnits) => setDraft("plannedUnits", plannedUnits)}
                placeholder="Chosen by the maximum"
                help="Where the always-valid interval is tightest."
                error={error("/plannedUnits")}
              />
            </div>
            <div data-pointer="/shards">
              <TextField
                label="Shards"
                value={draft.shards}
                onChange={(shards) => setDraft("shards", shards)}
                placeholder="1"
                help="More than one only above thousands of events a second."
                error={error("/shards")}
              />
            </div>
          </div>
        </section>
      </div>
    </details>
  );
}
