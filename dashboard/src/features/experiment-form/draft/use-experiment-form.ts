import { type Accessor, createEffect, createMemo, createSignal, untrack } from "solid-js";
import { createStore, reconcile, type SetStoreFunction } from "solid-js/store";
import { toConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { type CheckedDraft, checkDraft, type FormContext } from "./check-draft.ts";
import { forgetDraft, storeDraft } from "./draft-storage.ts";
import type { ExperimentDraft } from "./experiment-draft.ts";
import { type Step, stepOf } from "./steps.ts";

/** Issues worth showing while somebody is still at the field: something was typed and is wrong. */
const IMMEDIATE = new Set([
  "wrong_type",
  "wrong_format",
  "not_an_object",
  "too_big",
  "already_exists",
  "duplicate_variant_key",
  "duplicate_metric",
  "maximum_below_minimum",
  "unknown_operator",
  "wrong_operand",
  "saved_groups_unsupported",
  "invalid_pattern",
  "super_linear_pattern",
  "too_costly",
]);

/** The state of the form that all steps share. */
export interface ExperimentForm {
  draft: ExperimentDraft;
  setDraft: SetStoreFunction<ExperimentDraft>;
  replaceDraft: (draft: ExperimentDraft) => void;
  /** Keeps the draft no longer: it became an experiment. */
  forget: () => void;
  context: Accessor<FormContext>;
  checked: Accessor<CheckedDraft>;
  /** What is wrong, found here or by the API. */
  issues: Accessor<readonly InputIssue[]>;
  /** What to show at a field. Fields that were not reached yet are not complained about. */
  errorAt: (pointer: string) => string | undefined;
  isRevealed: (step: Step) => boolean;
  reveal: (steps: readonly Step[]) => void;
  /** Shows what the API refused, each until its field changes. */
  refuse: (issues: readonly InputIssue[]) => void;
  findMetric: (key: string) => MetricDefinition | undefined;
  primaryMetric: Accessor<MetricDefinition | undefined>;
}

/** What the API refused, and what its field held then. */
interface Refusal {
  issue: InputIssue;
  held: string;
}

/** What a field holds, as JSON; all of the form where there is no such field. */
function heldAt(raw: Record<string, unknown>, pointer: string): string {
  const value = pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((part, name) => Reflect.get(Object(part), name), raw);
  return JSON.stringify(value ?? raw);
}

/** Variants of a newly chosen AI config begin as the live version: control is it, new versions start as a copy. */
function beginVariants(form: Pick<ExperimentForm, "draft" | "setDraft">, context: FormContext): void {
  const { draft, setDraft } = form;
  const live = context.configs.find(({ key }) => key === draft.config)?.liveVersion;
  const control = draft.variants.find(({ id }) => id === draft.control);
  const base = (control?.source === "existing" && control.version) || live;
  const value = context.versions?.find(({ version }) => version === base)?.value;
  for (const [index, variant] of draft.variants.entries()) {
    if (variant.version !== null) continue;
    if (variant.source === "new" && value && base !== undefined) {
      setDraft("variants", index, { version: base, value: toConfigValueDraft(value) });
    } else if (variant.id === draft.control && live !== undefined) {
      setDraft("variants", index, "version", live);
    }
  }
}

/**
 * Keeps a form: its draft survives a reload of the page, and is checked with every change.
 * @param place where in the session's storage the draft is kept
 */
export function useExperimentForm(
  initial: ExperimentDraft,
  readContext: (draft: ExperimentDraft) => Accessor<FormContext>,
  place: string,
): ExperimentForm {
  const [draft, setDraft] = createStore(initial);
  let isKept = true;
  const context = readContext(draft);
  const checked = createMemo(() => checkDraft(draft, context()));
  const [refusals, setRefusals] = createSignal<readonly Refusal[]>([]);
  const refused = createMemo(() =>
    refusals().flatMap(({ issue, held }) => (held === heldAt(checked().raw, issue.path) ? issue : [])),
  );
  const [revealed, setRevealed] = createSignal<ReadonlySet<Step>>(new Set());
  const findMetric = (key: string) => context().metrics.find((metric) => metric.key === key);

  createEffect(() => {
    if (isKept) storeDraft(place, draft);
  });
  createEffect(() => {
    const currentContext = context();
    const unbegun = draft.variants.some(({ version }) => version === null);
    if (currentContext.versions && unbegun) untrack(() => beginVariants({ draft, setDraft }, currentContext));
  });

  const issues = createMemo(() => {
    const own = checked().issues;
    return [...own, ...refused().filter(({ path }) => !own.some((issue) => issue.path === path))];
  });
  const errorAt = (pointer: string) => {
    const issue = issues().find(({ path }) => path === pointer);
    if (!issue) return undefined;
    const isShown = revealed().has(stepOf(pointer)) || IMMEDIATE.has(issue.code) || refused().includes(issue);
    return isShown ? issue.message : undefined;
  };
  return {
    draft,
    setDraft,
    forget: () => {
      isKept = false;
      forgetDraft(place);
    },
    replaceDraft: (next) => setDraft(reconcile(next)),
    context,
    checked,
    issues,
    errorAt,
    isRevealed: (step) => revealed().has(step),
    reveal: (steps) => setRevealed((current) => new Set([...current, ...steps])),
    refuse: (found) =>
      setRefusals(found.map((issue) => ({ issue, held: heldAt(untrack(checked).raw, issue.path) }))),
    findMetric,
    primaryMetric: () => findMetric(draft.metrics.find(({ role }) => role === "primary")?.metric ?? ""),
  };
}
