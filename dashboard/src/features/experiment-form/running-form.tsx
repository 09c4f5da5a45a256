import { A, useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { runningExperimentUpdateSchema } from "#contract/experiment-changes.ts";
import { routes } from "#dashboard/app/routes.ts";
import { useChangeRunning } from "#dashboard/data/actions/experiment-form.ts";
import { ApiError } from "#dashboard/data/api-error.ts";
import { useCanEdit } from "#dashboard/data/queries/session.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import { readDuration, readPercent, toDurationDraft, toPercentText } from "./draft/quantities.ts";
import { DurationField } from "./duration-field.tsx";
import "#dashboard/ui/button.css";
import "./experiment-form.css";
import "./running-form.css";

const fixed: readonly { what: string; why: string }[] = [
  {
    what: "Variants, weights and seed",
    why: "A change would move users between variants half-way, and the comparison would be lost.",
  },
  {
    what: "Metrics, guardrails and their margins",
    why: "Choosing them after seeing numbers makes chance look like a result.",
  },
  {
    what: "Rule, alpha and limits",
    why: "A decision that is under way must not be bent toward the outcome one hopes for.",
  },
  {
    what: "Targeting and namespace",
    why: "Units would join or leave because of the change, not because of the variants.",
  },
  { what: "Smaller coverage", why: "It would throw out units that have already been counted." },
];

/** What may change while an experiment runs, and why the rest may not. */
export function RunningForm(props: { experiment: Experiment }) {
  const { spec } = props.experiment;
  const navigate = useNavigate();
  const mayChange = useCanEdit();
  const change = useChangeRunning();
  const [typed, setTyped] = createStore({
    name: spec.name,
    hypothesis: spec.hypothesis,
    coverage: toPercentText(spec.coverage),
    analysisInterval: toDurationDraft(spec.analysisIntervalSeconds, "minutes"),
  });
  const [refused, setRefused] = createSignal<readonly InputIssue[]>([]);

  const raw = () => ({
    name: typed.name || undefined,
    hypothesis: typed.hypothesis,
    coverage: readPercent(typed.coverage),
    analysisIntervalSeconds: readDuration(typed.analysisInterval),
  });
  const issues = (): readonly InputIssue[] => {
    const parsed = runningExperimentUpdateSchema.required().safeParse(raw(), { reportInput: true });
    const own = parsed.success ? [] : toInputIssues(parsed.error.issues);
    const shrinks = parsed.success && parsed.data.coverage < spec.coverage;
    const message = `It runs at ${toPercentText(spec.coverage)}% and may only grow: shrinking would throw units out half-way.`;
    return [...own, ...(shrinks ? [{ path: "/coverage", code: "coverage_may_only_grow", message }] : [])];
  };
  const errorAt = (pointer: string) =>
    [...issues(), ...refused()].find(({ path }) => path === pointer)?.message;
  const changes = () =>
    Object.fromEntries(Object.entries(raw()).filter(([name, value]) => value !== Reflect.get(spec, name)));
  const unavailable = () => {
    if (!mayChange()) return "Your key may only read.";
    if (Object.keys(changes()).length === 0) return "Nothing has changed.";
    return issues().length > 0 ? "Fix what is marked first." : undefined;
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
      <Panel title="What may change while it runs">
        <div class="form-fields">
          <TextField
            label="Name"
            value={typed.name}
            onChange={(name) => setTyped("name", name)}
            error={errorAt("/name")}
          />
          <TextField
            label="Coverage"
            value={typed.coverage}
            onChange={(coverage) => setTyped("coverage", coverage)}
            unit="% of units"
            help="It may grow; growing moves nobody."
            error={errorAt("/coverage")}
          />
          <DurationField
            label="Analyzed every"
            value={typed.analysisInterval}
            onChange={(analysisInterval) => setTyped("analysisInterval", analysisInterval)}
            help="From 1 minute to 1 day."
            error={errorAt("/analysisIntervalSeconds")}
          />
        </div>
        <div class="form-row">
          <TextField
            label="Hypothesis"
            value={typed.hypothesis}
            onChange={(hypothesis) => setTyped("hypothesis", hypothesis)}
            rows={2}
            error={errorAt("/hypothesis")}
          />
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
      <Panel title="What is fixed, and why">
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
          To compare something else, stop this one and{" "}
          <A href={`${routes.newExperiment.path()}?from=${encodeURIComponent(spec.key)}`}>set up a copy</A>.
        </p>
      </Panel>
    </div>
  );
}
