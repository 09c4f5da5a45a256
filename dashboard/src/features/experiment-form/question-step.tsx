import { For, Show } from "solid-js";
import { kindWords } from "#dashboard/format/words.ts";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { experimentKindSchema } from "#model/experiment/experiment.ts";
import { applyTemplate, type Template, templates } from "./draft/templates.ts";
import { toKey } from "./draft/to-key.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./question-step.css";

const kinds = experimentKindSchema.options.map((value) => ({ value, label: kindWords[value] }));

/** The first step: a question to start from, and what the experiment is called. */
export function QuestionStep(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const choose = (template: Template) => {
    const metricKeys = new Set(props.form.context().metrics.map(({ key }) => key));
    props.form.replaceDraft(applyTemplate(template, draft, metricKeys));
  };
  const rename = (name: string) => {
    setDraft("name", name);
    if (!draft.keyIsOwn) setDraft("key", toKey(name));
  };
  return (
    <>
      <fieldset class="question-cards">
        <legend class="question-legend">
          Choose the closest question to fill in the form. You can change everything afterwards.
        </legend>
        <For each={templates}>
          {(template) => (
            <label class="question-card">
              <input
                type="radio"
                name="template"
                value={template.id}
                checked={draft.template === template.id}
                onChange={() => choose(template)}
              />
              <span class="question-card-body">
                <span class="question-card-title">
                  <Icon name={template.icon} />
                  {template.question}
                </span>
                <span class="question-card-answer">{template.answer}</span>
                <span class="question-card-kind">{kindWords[template.kind]}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <Panel title="Name and hypothesis">
        <div class="form-fields">
          <div data-pointer="/name">
            <TextField
              label="Name"
              value={draft.name}
              onChange={rename}
              placeholder="Is a shorter prompt good enough?"
              help="Shown in lists and reports."
              error={props.form.errorAt("/name")}
            />
          </div>
          <Show
            when={props.form.context().editing === undefined}
            fallback={
              <p class="form-fixed">
                <span class="field-label">Key</span>
                <code>{draft.key}</code>
                <span class="field-help">The key cannot be changed.</span>
              </p>
            }
          >
            <div data-pointer="/key">
              <TextField
                label="Key"
                value={draft.key}
                onChange={(key) => setDraft({ key, keyIsOwn: key !== "" })}
                help="Used in the API and in URLs. It cannot be changed later."
                monospaced
                required
                error={props.form.errorAt("/key")}
              />
            </div>
          </Show>
        </div>
        <div data-pointer="/hypothesis" class="form-row">
          <DraftField
            form={props.form}
            pointer="/hypothesis"
            label="Hypothesis"
            rows={2}
            help="What you expect and why."
          />
        </div>
        <div data-pointer="/kind" class="form-row">
          <DraftField
            form={props.form}
            pointer="/kind"
            segmented
            label="What differs between variants"
            options={kinds}
          />
        </div>
      </Panel>
    </>
  );
}
