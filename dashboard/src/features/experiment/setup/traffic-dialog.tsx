import { createSignal, For, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import {
  type TrafficChange,
  useChangeTraffic,
  usePreviewOfTraffic,
} from "#dashboard/data/traffic-changes.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { readNumberText } from "#dashboard/format/number-text.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { currentWeights } from "../actions/traffic-shares.ts";
import "#dashboard/styles/field.css";
import "./traffic-dialog.css";

const toPercent = (share: number) => String(Number((share * 100).toPrecision(6)));

/** The share that a text in percent says; NaN where it says none. */
function shareOf(text: string): number {
  const value = readNumberText(text);
  return typeof value === "number" ? value / 100 : Number.NaN;
}

/** Asks for weights and coverage, and shows what they would do before it happens. */
export function TrafficDialog(props: {
  /** As it was when the dialog was opened. */
  experiment: Experiment;
  onClose: () => void;
}) {
  const { experiment } = props;
  const { spec, switchedOff } = experiment;
  const preview = usePreviewOfTraffic();
  const change = useChangeTraffic();
  const weights = currentWeights(experiment);
  const staying = spec.variants.flatMap(({ key, name }, place) =>
    switchedOff.some(({ variant }) => variant === key)
      ? []
      : [{ key, name: name ?? key, weight: weights[place] ?? 0 }],
  );
  const all = staying.reduce((sum, { weight }) => sum + weight, 0);
  const before = Object.fromEntries(staying.map(({ key, weight }) => [key, toPercent(weight / all)]));
  const coverageBefore = toPercent(spec.coverage);
  const [draft, setDraft] = createStore<Record<string, string>>({ ...before });
  const [coverage, setCoverage] = createSignal(coverageBefore);
  const [reason, setReason] = createSignal("");
  const [found, setFound] = createSignal<readonly InputIssue[]>([]);

  /** What was shown is of other values. */
  const edit = (apply: () => void) => {
    apply();
    setFound([]);
    preview.reset();
    change.reset();
  };
  const changesWeights = () => staying.some(({ key }) => draft[key] !== before[key]);
  const changesCoverage = () => coverage() !== coverageBefore;
  const input = (): TrafficChange => ({
    experiment,
    reason: reason(),
    ...(changesWeights() && {
      weights: Object.fromEntries(staying.map(({ key }) => [key, shareOf(draft[key] ?? "")])),
    }),
    ...(changesCoverage() && { coverage: shareOf(coverage()) }),
  });
  /** What no number says cannot be sent. */
  const ownIssues = (): InputIssue[] => {
    const { weights: wanted = {}, coverage: share = spec.coverage } = input();
    const unread = [
      ...Object.entries(wanted).map(([key, weight]) => [`/weights/${key}`, weight] as const),
      ["/coverage", share] as const,
    ].filter(([, value]) => Number.isNaN(value));
    return unread.map(([path]) => ({ path, code: "wrong_type", message: "enter a number" }));
  };
  const refused = () => refusedFields(preview.error ?? change.error);
  const issues = () => [...found(), ...refused()];
  const submit = () => {
    const own = ownIssues();
    setFound(own);
    if (own.length > 0) return;
    if (preview.data) change.mutate(input(), { onSuccess: props.onClose });
    else preview.mutate(input());
  };
  const error = () =>
    issues().some(({ path }) => path !== "" && path !== "/weights") ? null : (preview.error ?? change.error);
  return (
    <ConfirmDialog
      open
      title="Change traffic"
      confirm={preview.data ? "Apply the change" : "Show what happens"}
      busy={preview.isPending || change.isPending}
      onConfirm={submit}
      onClose={props.onClose}
    >
      <p>New weights begin a phase. Nothing changes before you have seen what that does and costs.</p>
      <fieldset class="traffic-weights">
        <legend class="field-label">Weights</legend>
        <For each={staying}>
          {({ key, name }) => (
            <TextField
              label={name}
              value={draft[key] ?? ""}
              onChange={(text) => edit(() => setDraft(key, text))}
              unit="%"
              error={issueAt(issues(), `/weights/${key}`)}
            />
          )}
        </For>
      </fieldset>
      <TextField
        label="Coverage"
        value={coverage()}
        onChange={(text) => edit(() => setCoverage(text))}
        unit="% of units"
        help="Can only be increased. Nobody changes variant by it."
        error={issueAt(issues(), "/coverage")}
      />
      <TextField label="Reason" value={reason()} onChange={setReason} help="Kept in the audit." />
      <Show when={preview.data}>
        {(shown) => (
          <section
            class="traffic-consequences"
            aria-live="polite"
            aria-labelledby="traffic-consequences-title"
          >
            <h3 id="traffic-consequences-title">What happens</h3>
            <ul>
              <For each={shown().consequences}>{({ sentence }) => <li>{sentence}</li>}</For>
            </ul>
          </section>
        )}
      </Show>
      <Show when={error()}>
        {(failure) => (
          <p class="field-error" role="alert">
            {explain(failure())}
          </p>
        )}
      </Show>
    </ConfirmDialog>
  );
}
