import { createMemo, For, Show } from "solid-js";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { CodeSample } from "#dashboard/ui/code-sample.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { describeExperiment } from "./draft/describe-experiment.ts";
import { readValue } from "./draft/new-versions.ts";
import { stepLabels, stepOf } from "./draft/steps.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { findWarnings } from "./draft/warnings.ts";
import "./experiment-form.css";
import "./advanced-fields.css";
import "#dashboard/styles/foldable.css";
import "./review-step.css";

/** The curl commands that do what the form does; versions that do not exist yet are created first. */
function toCommands({ checked, draft, context }: ExperimentForm): string {
  const header = `-H "authorization: Bearer $BAKEOFF_KEY" -H "content-type: application/json"`;
  const quote = (body: unknown) => `'${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`;
  const { raw, toCreate } = checked();
  const versions = toCreate.map(
    ({ value, expected }) =>
      `# becomes version ${expected}\ncurl -X POST "$BAKEOFF_URL/v1/configs/${draft.config}/versions" ${header} -d ${quote({ value })}`,
  );
  const { editing } = context();
  const experiment =
    editing === undefined
      ? `curl -X POST "$BAKEOFF_URL/v1/experiments" ${header} -d ${quote(raw)}`
      : `curl -X PATCH "$BAKEOFF_URL/v1/experiments/${editing}" ${header} -d ${quote(raw)}`;
  return [...versions, experiment].join("\n\n");
}

/** The last step: what will happen in plain words, what still stands in the way, and the same as JSON. */
export function ReviewStep(props: { form: ExperimentForm; show: (pointer: string) => void }) {
  const issues = () => props.form.issues();
  const sentences = () => {
    const { input } = props.form.checked();
    return input && describeExperiment(input, props.form.findMetric);
  };
  const changes = createMemo(() => {
    const { draft, context, checked } = props.form;
    const versions = context().versions ?? [];
    const control = draft.variants.find(({ id }) => id === draft.control);
    const before = control && readValue(control, versions);
    if (!control || !before || !checked().input) return [];
    return draft.variants.flatMap((variant, index) => {
      const after = readValue(variant, versions);
      if (variant.id === control.id || !after) return [];
      const version = checked().input?.variants[index]?.version;
      const isNew = checked().toCreate.some((planned) => planned.expected === version);
      const afterLabel = `${variant.key}, ${isNew ? "new " : ""}version ${version}`;
      return [{ label: variant.key, before, after, beforeLabel: control.key, afterLabel }];
    });
  });
  return (
    <>
      <Show when={issues().length > 0}>
        <section class="review-issues" aria-labelledby="review-issues-title">
          <h3 id="review-issues-title">
            <Icon name="alert" />
            {issues().length === 1 ? "1 issue to fix" : `${issues().length} issues to fix`}
          </h3>
          <ul>
            <For each={issues()}>
              {(issue) => (
                <li>
                  <button type="button" class="review-link" onClick={() => props.show(issue.path)}>
                    {stepLabels[stepOf(issue.path)]}:{" "}
                    <code>{issue.path.slice(1).replaceAll("/", " › ") || "all"}</code>
                  </button>{" "}
                  {issue.message}
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <Show when={sentences()}>
        {(all) => (
          <Panel title="What will happen">
            <ul class="review-sentences">
              <For each={all()}>{(sentence) => <li>{sentence}</li>}</For>
            </ul>
          </Panel>
        )}
      </Show>
      <For each={changes()}>
        {(change) => (
          <Panel title={`What ‘${change.label}’ changes`}>
            <ConfigValueDiff
              before={change.before}
              after={change.after}
              beforeLabel={change.beforeLabel}
              afterLabel={change.afterLabel}
            />
          </Panel>
        )}
      </For>
      <For each={findWarnings(props.form)}>
        {(warning) => (
          <p class="form-warning">
            <Icon name="alert" />
            <span>{warning}</span>
          </p>
        )}
      </For>
      <details class="advanced foldable">
        <summary>
          <Icon name="expand" />
          JSON and curl command
        </summary>
        <div class="advanced-body">
          <CodeSample label="Experiment" code={JSON.stringify(props.form.checked().raw, null, 2)} />
          <CodeSample label="curl command" code={toCommands(props.form)} />
        </div>
      </details>
    </>
  );
}
