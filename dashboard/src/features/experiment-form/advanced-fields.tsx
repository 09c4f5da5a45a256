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
            <div data-pointer="/condition">
              <TextField
                label="Targeting condition"
                value={draft.condition}
                onChange={(condition) => setDraft("condition", condition)}
                rows={3}
                monospaced
                placeholder={'{"country": {"$in": ["CA", "US"]}}'}
                help="A JSON condition on the attributes your app sends, in GrowthBook's MongoDB-like syntax."
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
                help="Salt of the assignment hash. Defaults to the experiment’s key."
                error={error("/seed")}
              />
            </div>
          </div>
        </section>
        <section>
          <h3>Traffic allocation</h3>
          <Segmented
            label="Allocation"
            options={allocations}
            value={draft.allocation.type}
            onChange={(type) => setDraft("allocation", "type", type)}
          />
          <p class="form-hint">
            Adaptive weights follow the results while the experiment runs, so fewer users get worse variants.
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
                  label="Minimum weight"
                  unit="%"
                  value={draft.allocation.minimumWeight}
                  onChange={(minimumWeight) => setDraft("allocation", "minimumWeight", minimumWeight)}
                  error={error("/allocation/minimumWeight")}
                />
              </div>
              <div data-pointer="/allocation/phaseSeconds">
                <DurationField
                  label="Weights change every"
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
                help="Data from before the experiment reduces variance (CUPED). Fixed at the start."
                error={error("/covariates")}
              />
            </div>
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
            <div data-pointer="/plannedUnits">
              <TextField
                label="Planned units"
                value={draft.plannedUnits}
                onChange={(plannedUnits) => setDraft("plannedUnits", plannedUnits)}
                placeholder="Defaults to the maximum"
                help="The sample size at which the always-valid interval is narrowest."
                error={error("/plannedUnits")}
              />
            </div>
            <div data-pointer="/shards">
              <TextField
                label="Shards"
                value={draft.shards}
                onChange={(shards) => setDraft("shards", shards)}
                placeholder="1"
                help="Use more than 1 only above thousands of events per second."
                error={error("/shards")}
              />
            </div>
          </div>
        </section>
      </div>
    </details>
  );
}
