import { useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, Match, Show, Switch } from "solid-js";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { sessionQueries, useCanEdit } from "#dashboard/data/session.ts";
import { useFormErrorMessages } from "#dashboard/format/schema-words.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { experimentKindSchema } from "#model/experiment/experiment.ts";
import { draftOfExperiment, duplicateOf } from "./draft/draft-of-experiment.ts";
import { forgetDraft, readStoredDraft } from "./draft/draft-storage.ts";
import { type ExperimentDraft, emptyDraft } from "./draft/experiment-draft.ts";
import { applyTemplate, templates } from "./draft/templates.ts";
import { useExperimentForm } from "./draft/use-experiment-form.ts";
import { type FormOptions, useFormContext, useFormOptions } from "./draft/use-form-context.ts";
import { ExperimentForm } from "./experiment-form.tsx";
import { ReviewStep } from "./review-step.tsx";
import { SaveActions } from "./save-actions.tsx";
import "./new-experiment-page.css";

const text = (parameter: string | string[] | undefined) =>
  typeof parameter === "string" && parameter !== "" ? parameter : undefined;

/**
 * Sets up an experiment, starting from a question. `?from=` copies one, `?kind=` and `?config=` choose ahead; what is
 * typed survives a reload in the same tab.
 */
export default function NewExperimentPage() {
  useFormErrorMessages();
  const [search] = useSearchParams();
  const session = useQuery(() => sessionQueries.current());
  const canEdit = useCanEdit();
  const formOptions = useFormOptions();
  const source = useQuery(() => experimentQueries.original(text(search.from)));
  const [attempt, setAttempt] = createSignal(1);
  const place = () => ["new", text(search.from), text(search.kind), text(search.config)].join("|");
  createEffect(() => {
    document.title = "New experiment · Bakeoff";
  });

  const freshDraft = (options: FormOptions): ExperimentDraft => {
    const copied = text(search.from) === undefined ? undefined : loadedData(source)?.spec;
    const keys = new Set(options.experiments.map(({ key }) => key));
    const findMetric = (key: string) => options.metrics.find((metric) => metric.key === key);
    if (copied) return duplicateOf(draftOfExperiment(copied, findMetric), keys);
    const kind = experimentKindSchema.safeParse(search.kind);
    const config = options.configs.find(({ key }) => key === search.config)?.key ?? "";
    const blank = { ...emptyDraft(), config };
    const template = kind.success ? templates.find((candidate) => candidate.kind === kind.data) : undefined;
    return template ? applyTemplate(template, blank, new Set(options.metrics.map(({ key }) => key))) : blank;
  };
  const ready = () => {
    const isWaiting = text(search.from) !== undefined && loadedData(source) === undefined;
    return isWaiting ? undefined : formOptions.options();
  };
  const startOver = () => {
    forgetDraft(place());
    setAttempt((count) => count + 1);
  };

  return (
    <>
      <PageHeader title="New experiment">
        <Show when={session.data && !canEdit()}>
          <p class="muted">Your key is read-only. You can plan an experiment here and copy the result.</p>
        </Show>
      </PageHeader>
      <Switch fallback={<Skeleton label="Loading the form" rows={3} height="card" />}>
        <Match when={formOptions.options() === undefined && formOptions.error()}>
          {(error) => <QueryError error={error()} retry={formOptions.retry} />}
        </Match>
        <Match when={loadedData(source) === undefined && source.error}>
          {(error) => <QueryError error={error()} retry={() => void source.refetch()} />}
        </Match>
        <Match when={ready() !== undefined && `${place()}#${attempt()}`} keyed>
          {(_identity) => (
            <Form
              options={() => formOptions.options() ?? { metrics: [], configs: [], experiments: [] }}
              freshDraft={freshDraft}
              place={place()}
              onStartOver={startOver}
            />
          )}
        </Match>
      </Switch>
    </>
  );
}

function Form(props: {
  options: () => FormOptions;
  freshDraft: (options: FormOptions) => ExperimentDraft;
  place: string;
  onStartOver: () => void;
}) {
  const stored = readStoredDraft(props.place);
  const form = useExperimentForm(
    stored ?? props.freshDraft(props.options()),
    (draft) => useFormContext(draft, props.options, undefined),
    props.place,
  );
  return (
    <>
      <Show when={stored}>
        <div class="form-notice" role="status">
          <span>Your unsaved draft was restored.</span>
          <Button kind="quiet" icon="undo" onClick={props.onStartOver}>
            Start over
          </Button>
        </div>
      </Show>
      <ExperimentForm
        form={form}
        review={(show) => (
          <>
            <ReviewStep form={form} show={show} />
            <SaveActions form={form} onSaved={() => form.forget()} />
          </>
        )}
      />
    </>
  );
}
