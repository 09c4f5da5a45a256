import { A, useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { ApiError } from "#contract/client.ts";
import { runningExperimentUpdateSchema } from "#contract/experiment-changes.ts";
import { routes } from "#dashboard/app/routes.ts";
import { useChangeRunning } from "#dashboard/data/experiment-changes.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import { readDuration, readPercent, toDurationDraft, toPercentText } from "./draft/quantities.ts";
import { readNames } from "./draft/raw-experiment.ts";
import { PROPERTY_POINTERS } from "./property-pointers.ts";
import "#dashboard/styles/field.css";
import "#dashboard/styles/button.css";
import "./experiment-form.css";
import "./running-form.css";

const fixed: readonly { what: string; why: string }[] = [
  {
    what: "Variants and seed",
    why: "Changing them would move users between variants and invalidate the comparison. Weights change on the Setup tab.",
  },
  {
    what: "Metrics, guardrails and their margins",
    why: "Choosing them after seeing results would invalidate the statistics.",
  },
  {
    what: "Rule, alpha and limits",
    why: "Decision criteria must not change once results are visible.",
  },
  {
    what: "Targeting and namespace",
    why: "Units would join or leave because of the change, not because of the variants.",
  },
  { what: "Lower coverage", why: "It would drop units that are already counted." },
];

const requiredSchema = runningExperimentUpdateSchema.required().partial({ properties: true });

/** What may change while an experiment runs, and why the rest may not. */
export function RunningForm(props: { experiment: Experiment }) {
  const { spec } = props.experiment;
  const navigate = useNavigate();
  const refusal = useEditRefusal();
  const change = useChangeRunning();
  const [draft, setDraft] = createStore({
    name: spec.name,
    hypothesis: spec.hypothesis,
    coverage: toPercentText(spec.coverage),
    analysisInterval: toDurationDraft(spec.analysisIntervalSeconds, "minutes"),
    properties: spec.properties?.join(", ") ?? "",
  });
  const [refused, setRefused] = createSignal<readonly InputIssue[]>([]);

  const raw = () => ({
    name: draft.name || undefined,
    hypothesis: draft.hypothesis,
    coverage: readPercent(draft.coverage),
    analysisIntervalSeconds: readDuration(draft.analysisInterval),
    // Experiments from before there was a list keep all: an empty field leaves that as it is.
    properties: spec.properties === null && draft.properties === "" ? undefined : readNames(draft.properties),
  });
  const issues = (): readonly InputIssue[] => {
    const parsed = requiredSchema.safeParse(raw(), { reportInput: true });
    const own = parsed.success ? [] : toInputIssues(parsed.error.issues);
    const shrinks = parsed.success && parsed.data.coverage < spec.coverage;
    const message = `Coverage is ${toPercentText(spec.coverage)}% and can only be increased.`;
    return [...own, ...(shrinks ? [{ path: "/coverage", code: "coverage_may_only_grow", message }] : [])];
  };
  const errorAt = (pointer: string) =>
    [...issues(), ...refused()].find(({ path }) => path === pointer)?.message;
  const form = { draft, setDraft, errorAt };
  const changes = () =>
    Object.fromEntries(
      Object.entries(raw()).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(spec, name)),
      ),
    );
  const unavailable = () => {
    const reason = refusal();
    if (reason !== undefined) return reason;
    if (Object.keys(changes()).length === 0) return "No changes yet.";
    return issues().length > 0 ? "Fix the marked fields first." : undefined;
  };
  const save = () =>
    change.mutate(
      { key: spec.key, changes: changes() },
      {
        onSuccess: () => navigate(routes.experiment.path(spec.key)),
        onError: (error) => setRefused(error instanceof ApiError ? error.issues : []),
      },
    );
  return (
    <div class="form-body">
      <Panel title="Editable while running">
        <div class="form-fields">
          <DraftField form={form} pointer="/name" label="Name" />
          <DraftField
            form={form}
            pointer="/coverage"
            label="Coverage"
            unit="% of units"
            help="Can only be increased. Assigned units keep their variant."
          />
          <DraftField
            form={form}
            pointer="/analysisInterval"
            issuesAt={["/analysisIntervalSeconds"]}
            label="Analyzed every"
            help="From 1 minute to 1 day."
          />
          <DraftField
            form={form}
            pointer="/properties"
            issuesAt={PROPERTY_POINTERS}
            label="Event properties to keep"
            placeholder={spec.properties === null ? "All" : "None"}
            help="Names with commas between them, for events to come. All others are dropped."
          />
        </div>
        <div class="form-row">
          <DraftField form={form} pointer="/hypothesis" label="Hypothesis" rows={2} />
        </div>
        <Show when={change.error}>
          {(error) => (
            <p class="field-error" role="alert">
              {explain(error())}
            </p>
          )}
        </Show>
        <div class="form-row cluster">
          <Button kind="primary" busy={change.isPending} unavailable={unavailable()} onClick={save}>
            Save changes
          </Button>
          <A class="button" href={routes.experiment.path(spec.key)}>
            Cancel
          </A>
          <Show when={unavailable()}>{(reason) => <span class="form-hint">{reason()}</span>}</Show>
        </div>
      </Panel>
      <Panel title="Fixed after the start">
        <dl class="fixed-list">
          <For each={fixed}>
            {({ what, why }) => (
              <div>
                <dt>{what}</dt>
                <dd>{why}</dd>
              </div>
            )}
          </For>
        </dl>
        <p class="form-lead form-row">
          To change these, stop this experiment and{" "}
          <A href={`${routes.newExperiment.path()}?from=${encodeURIComponent(spec.key)}`}>create a copy</A>.
        </p>
      </Panel>
    </div>
  );
}
