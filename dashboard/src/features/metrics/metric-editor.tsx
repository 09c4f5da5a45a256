import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { debounced } from "#dashboard/data/debounced.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { useLeaveGuard } from "#dashboard/ui/use-leave-guard.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { type MetricDraft, toInput } from "./metric-draft.ts";
import { MetricForm } from "./metric-form.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import "#dashboard/styles/field.css";
import "./metric-editor.css";

/** A definition being written, with what it makes of recent events beside it. */
export function MetricEditor(props: {
  start: MetricDraft;
  keyIsFixed: boolean;
  sources: readonly MetricDefinition[];
  submitLabel: string;
  busy: boolean;
  error: Error | null;
  /** @param release  to be called before leaving once it is saved */
  onSubmit: (definition: MetricDefinition, release: () => void) => void;
  onCancel: () => void;
  /** Said beside the button. */
  note: JSX.Element;
}) {
  const refusal = useEditRefusal();
  const [draft, setDraft] = createStore<MetricDraft>({ ...props.start });
  const [tried, setTried] = createSignal(false);
  const checked = createMemo(() => checkInput(metricDefinitionSchema, toInput(draft)));
  const settled = debounced(() => {
    const result = checked();
    return result.ok ? result.value : undefined;
  });
  const issues = () => {
    const result = checked();
    if (!result.ok) return tried() ? result.error : [];
    return refusedFields(props.error);
  };
  const isChanged = () => JSON.stringify(toInput(draft)) !== JSON.stringify(toInput(props.start));
  const release = useLeaveGuard(isChanged, "Leave without saving this metric?");
  let form: HTMLFormElement | undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const result = checked();
    if (result.ok && !props.busy) {
      props.onSubmit(result.value, release);
    } else {
      form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  };
  return (
    <form ref={form} class="metric-columns" onSubmit={submit} novalidate>
      <div class="stack">
        <MetricForm
          form={{ draft, setDraft, errorAt: (pointer) => issueAt(issues(), pointer) }}
          keyIsFixed={props.keyIsFixed}
          sources={props.sources.filter(({ type, key }) => type !== "quantile" && key !== draft.key)}
        />
        <Show when={props.error && refusedFields(props.error).length === 0 && props.error}>
          {(error) => (
            <p class="field-error" role="alert">
              Not saved. {explain(error())}
            </p>
          )}
        </Show>
        <div class="metric-actions">
          <Button type="submit" kind="primary" busy={props.busy} unavailable={refusal()}>
            {props.submitLabel}
          </Button>
          <Button onClick={props.onCancel}>Cancel</Button>
          <p class="field-help">{props.note}</p>
        </div>
      </div>
      <PreviewPanel definition={settled()} />
    </form>
  );
}
