import { For, type JSX, Show } from "solid-js";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { ExperimentKind } from "#model/experiment/experiment.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { ConfigSection } from "./config-section.tsx";
import { type ConfigValueDraft, contextNames, parameterNames } from "./config-value-draft.ts";
import {
  type ConfigPart,
  contextLabels,
  parameterFields,
  partTitles,
  summarizeParts,
} from "./config-value-words.ts";
import { MessageListEditor } from "./message-list-editor.tsx";
import "#dashboard/styles/field.css";
import "./config-value-editor.css";

const parts: readonly ConfigPart[] = ["model", "prompt", "system_prompt", "parameters", "context", "extra"];

const promptForms = [
  { value: "prompt", label: "Text" },
  { value: "messages", label: "Messages" },
] as const;

/** To which part an issue's pointer belongs; a value that is refused as a whole is the prompt's matter. */
function partOf(pointer: string): ConfigPart {
  const [, field = ""] = pointer.split("/");
  if (field === "provider") return "model";
  return parts.find((part) => part === field) ?? "prompt";
}

/**
 * Edits what one version of an AI config holds. Keep the draft with {@link toConfigValueDraft}, check it with
 * {@link readConfigValueDraft} and hand back the issues; each is shown at its field.
 */
export function ConfigValueEditor(props: {
  draft: ConfigValueDraft;
  onChange: (draft: ConfigValueDraft) => void;
  issues?: readonly InputIssue[];
  /** The part that is being compared: it comes first and open, the others are folded away. */
  part?: ExperimentKind;
  /** Puts the cursor into that part when the editor appears. */
  takesFocus?: boolean;
}) {
  const change = (changed: Partial<ConfigValueDraft>) => props.onChange({ ...props.draft, ...changed });
  const errorAt = (pointer: string) => props.issues?.find(({ path }) => path === pointer)?.message;
  /** What is wrong in a JSON field: with the text itself, or with an entry that has no field of its own. */
  const errorBelow = (pointer: string, ownFields: readonly string[]) => {
    const own = ownFields.map((name) => `${pointer}/${name}`);
    const issue = props.issues?.find(
      ({ path }) => path === pointer || (path.startsWith(`${pointer}/`) && !own.includes(path)),
    );
    if (!issue) return undefined;
    return issue.path === pointer
      ? issue.message
      : `${issue.path.slice(pointer.length + 1)}: ${issue.message}`;
  };
  const summaries = () => summarizeParts(props.draft);
  const ordered = () => (props.part ? [props.part, ...parts.filter((part) => part !== props.part)] : parts);

  const fields: Record<ConfigPart, () => JSX.Element> = {
    model: () => (
      <div class="config-fields">
        <div data-pointer="/model">
          <TextField
            label="Model"
            value={props.draft.model}
            onChange={(model) => change({ model })}
            placeholder="gpt-4.1-mini"
            help="The model ID your provider uses."
            error={errorAt("/model")}
          />
        </div>
        <div data-pointer="/provider">
          <TextField
            label="Provider"
            value={props.draft.provider}
            onChange={(provider) => change({ provider })}
            placeholder="openai"
            help="Optional."
            error={errorAt("/provider")}
          />
        </div>
      </div>
    ),
    prompt: () => (
      <>
        <Segmented
          label="Prompt format"
          labelHidden
          options={promptForms}
          value={props.draft.promptForm}
          onChange={(promptForm) => change({ promptForm })}
        />
        <Show
          when={props.draft.promptForm === "messages"}
          fallback={
            <div data-pointer="/prompt">
              <TextField
                label="Prompt"
                labelHidden
                value={props.draft.prompt}
                onChange={(prompt) => change({ prompt })}
                rows={8}
                monospaced
                error={errorAt("/prompt") ?? errorAt("")}
              />
            </div>
          }
        >
          <MessageListEditor
            messages={props.draft.messages}
            onChange={(messages) => change({ messages })}
            errorAt={errorAt}
          />
          <Show when={errorAt("") ?? errorAt("/messages")}>
            {(message) => <p class="field-error">{message()}</p>}
          </Show>
        </Show>
      </>
    ),
    system_prompt: () => (
      <div data-pointer="/system_prompt">
        <TextField
          label="System prompt"
          labelHidden
          value={props.draft.systemPrompt}
          onChange={(systemPrompt) => change({ systemPrompt })}
          rows={6}
          monospaced
          error={errorAt("/system_prompt")}
        />
      </div>
    ),
    parameters: () => (
      <>
        <div class="config-fields" data-narrow="">
          <For each={parameterNames}>
            {(name) => (
              <div data-pointer={`/parameters/${name}`}>
                <TextField
                  label={parameterFields[name].label}
                  help={parameterFields[name].range}
                  value={props.draft.parameters[name]}
                  onChange={(text) => change({ parameters: { ...props.draft.parameters, [name]: text } })}
                  error={errorAt(`/parameters/${name}`)}
                />
              </div>
            )}
          </For>
        </div>
        <div data-pointer="/parameters">
          <TextField
            label="Other parameters"
            help={'A JSON object, passed through unchanged: {"stop": ["END"]}'}
            value={props.draft.otherParameters}
            onChange={(otherParameters) => change({ otherParameters })}
            rows={3}
            monospaced
            error={errorBelow("/parameters", parameterNames)}
          />
        </div>
      </>
    ),
    context: () => (
      <>
        <div class="config-fields" data-narrow="">
          <For each={contextNames}>
            {(name) => (
              <div data-pointer={`/context/${name}`}>
                <TextField
                  label={contextLabels[name]}
                  value={props.draft.context[name]}
                  onChange={(text) => change({ context: { ...props.draft.context, [name]: text } })}
                  error={errorAt(`/context/${name}`)}
                />
              </div>
            )}
          </For>
        </div>
        <div data-pointer="/context">
          <TextField
            label="Other context settings"
            help="A JSON object, passed through unchanged."
            value={props.draft.otherContext}
            onChange={(otherContext) => change({ otherContext })}
            rows={3}
            monospaced
            error={errorBelow("/context", contextNames)}
          />
        </div>
      </>
    ),
    extra: () => (
      <div data-pointer="/extra">
        <TextField
          label="Other values for your app"
          help="A custom JSON object."
          value={props.draft.extra}
          onChange={(extra) => change({ extra })}
          rows={3}
          monospaced
          error={errorBelow("/extra", [])}
        />
      </div>
    ),
  };

  return (
    <div class="config-editor">
      <For each={ordered()}>
        {(part) => (
          <ConfigSection
            title={partTitles[part]}
            summary={summaries()[part]}
            open={
              props.part
                ? part === props.part
                : part === "model" || part === "prompt" || summaries()[part] !== "Empty"
            }
            hasIssues={props.issues?.some(({ path }) => partOf(path) === part) ?? false}
            takesFocus={props.takesFocus === true && part === (props.part ?? "model")}
          >
            {fields[part]()}
          </ConfigSection>
        )}
      </For>
    </div>
  );
}
