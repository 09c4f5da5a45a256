import { createMemo, createSignal, Show } from "solid-js";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { toConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import { ConfigValueEditor } from "#dashboard/config-value/config-value-editor.tsx";
import { IconButton } from "#dashboard/ui/button.tsx";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import type { AiConfigVersion } from "#model/config/ai-config.ts";
import { canonicalJson } from "#shared/json.ts";
import type { VariantDraft } from "./draft/experiment-draft.ts";
import { readValue } from "./draft/new-versions.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { VariantValue } from "./variant-value.tsx";
import "./variants-step.css";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./variant-card.css";

const NEW = "new";

/** One variant: its key, its name, and the version that it hands out, new or existing. */
export function VariantCard(props: {
  form: ExperimentForm;
  variant: VariantDraft;
  index: number;
  versions: readonly AiConfigVersion[];
  onRemove: (() => void) | undefined;
}) {
  const [takesFocus, setTakesFocus] = createSignal(false);
  const { draft, setDraft } = props.form;
  const at = (field: string) => `/variants/${props.index}/${field}`;
  const isControl = () => props.variant.id === draft.control;
  const control = () => draft.variants.find(({ id }) => id === draft.control);
  const label = () => props.variant.key || `variant ${props.index + 1}`;
  const liveVersion = () => props.form.context().configs.find(({ key }) => key === draft.config)?.liveVersion;
  const options = () => [
    ...props.versions.map(({ version, note, value }) => ({
      value: String(version),
      label: `Version ${version}${version === liveVersion() ? " (live)" : ""}`,
      detail: note || value.model || "",
    })),
    { value: NEW, label: "New version", detail: "Edited here, created with the experiment" },
  ];
  const chooseVersion = (choice: string) => {
    if (choice !== NEW) {
      setDraft("variants", props.index, { source: "existing", version: Number(choice) });
      return;
    }
    const source = control();
    const base = readValue(props.variant, props.versions) ?? (source && readValue(source, props.versions));
    setTakesFocus(true);
    setDraft("variants", props.index, { source: "new", value: toConfigValueDraft(base) });
  };
  const own = createMemo(() => readValue(props.variant, props.versions));
  const controlValue = createMemo(() => {
    const source = control();
    return source && readValue(source, props.versions);
  });
  const isSame = () => {
    const [variantValue, valueOfControl] = [own(), controlValue()];
    return !isControl() && variantValue && valueOfControl
      ? canonicalJson(variantValue) === canonicalJson(valueOfControl)
      : false;
  };
  const valueIssues = () => {
    const prefix = at("value");
    return props.form.issues().flatMap((issue) => {
      const isMine = issue.path.startsWith(prefix) && props.form.errorAt(issue.path) !== undefined;
      return isMine ? [{ ...issue, path: issue.path.slice(prefix.length) }] : [];
    });
  };
  const comparison = createMemo(() => {
    const [before, after] = [controlValue(), own()];
    return before && after && !isControl() ? { before, after } : undefined;
  });

  return (
    <section
      class="variant-card"
      aria-label={`Variant ${label()}`}
      data-control={isControl() ? "" : undefined}
    >
      <header class="variant-head">
        <h3>{label()}</h3>
        <label class="choice variant-control">
          <input
            type="radio"
            name="control"
            checked={isControl()}
            onChange={() => setDraft("control", props.variant.id)}
          />
          Control
        </label>
        <Show when={props.onRemove}>
          {(remove) => <IconButton icon="trash" label={`Remove ${label()}`} onClick={() => remove()()} />}
        </Show>
      </header>
      <div class="variant-fields">
        <DraftField
          form={props.form}
          pointer={`/variants/${props.index}/key`}
          label="Variant key"
          monospaced
          required
        />
        <DraftField
          form={props.form}
          pointer={`/variants/${props.index}/name`}
          label="Display name"
          placeholder="Optional"
        />
      </div>
      <div data-pointer={at("version")}>
        <Select
          label="Version"
          options={options()}
          value={
            props.variant.source === "new"
              ? NEW
              : props.variant.version === null
                ? null
                : String(props.variant.version)
          }
          onChange={chooseVersion}
          error={props.form.errorAt(at("version"))}
        />
      </div>
      <Show
        when={props.variant.source === "new"}
        fallback={<Show when={own()}>{(value) => <VariantValue value={value()} part={draft.kind} />}</Show>}
      >
        <div data-pointer={at("value")}>
          <ConfigValueEditor
            draft={props.variant.value}
            onChange={(value) => setDraft("variants", props.index, "value", value)}
            issues={valueIssues()}
            part={draft.kind}
            takesFocus={takesFocus() || (isSame() && props.index === 1)}
          />
        </div>
      </Show>
      <Show when={isSame()}>
        <p class="form-warning">
          <Icon name="alert" />
          <span>Identical to control. Change what you want to compare.</span>
        </p>
      </Show>
      <Show when={!isSame() && comparison()}>
        {(pair) => (
          <section class="variant-difference" aria-label={`What ${label()} changes`}>
            <h4>Changes from control</h4>
            <ConfigValueDiff
              before={pair().before}
              after={pair().after}
              beforeLabel={control()?.key || "control"}
              afterLabel={label()}
            />
          </section>
        )}
      </Show>
      <Show when={draft.rule.type === "best_levels" || props.variant.levels !== ""}>
        <DraftField
          form={props.form}
          pointer={`/variants/${props.index}/levels`}
          label="Factor levels"
          rows={2}
          monospaced
          help={'The level of each factor in this variant: {"model": "large", "prompt": "short"}'}
        />
      </Show>
    </section>
  );
}
