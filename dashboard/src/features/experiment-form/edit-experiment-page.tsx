import { A, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createMemo, Match, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { useFormErrorMessages } from "#dashboard/format/schema-words.ts";
import { StatusBadge } from "#dashboard/ui/badge.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { draftOfExperiment } from "./draft/draft-of-experiment.ts";
import { readStoredDraft } from "./draft/draft-storage.ts";
import { useExperimentForm } from "./draft/use-experiment-form.ts";
import { type FormOptions, useFormContext, useFormOptions } from "./draft/use-form-context.ts";
import { ExperimentForm } from "./experiment-form.tsx";
import { ReviewStep } from "./review-step.tsx";
import { RunningForm } from "./running-form.tsx";
import { SaveActions } from "./save-actions.tsx";
import "#dashboard/styles/button.css";

/** Edits an experiment: a draft as a whole, an active one within limits, one that has ended not at all. */
export default function EditExperimentPage() {
  useFormErrorMessages();
  const params = useParams<{ key: string }>();
  const query = useQuery(() => experimentQueries.original(params.key));
  const formOptions = useFormOptions();
  const edited = createMemo(() => loadedData(query));
  const draft = () => (edited()?.status === "draft" && formOptions.options() ? edited() : undefined);
  const active = () => {
    const experiment = edited();
    return experiment && isActive(experiment.status) ? experiment : undefined;
  };
  const ended = () => (edited()?.endedAt === null ? undefined : edited());
  createEffect(() => {
    document.title = `Edit ${edited()?.spec.name ?? params.key} · Bakeoff`;
  });
  return (
    <>
      <PageHeader title={`Edit ${edited()?.spec.name ?? params.key}`}>
        {edited() && <StatusBadge status={edited()?.status ?? "draft"} />}
      </PageHeader>
      <Switch fallback={<Skeleton label="Loading the form" rows={3} height="card" />}>
        <Match when={edited() === undefined && query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={formOptions.options() === undefined && formOptions.error()}>
          {(error) => <QueryError error={error()} retry={formOptions.retry} />}
        </Match>
        <Match when={ended()}>
          {(experiment) => (
            <Notice
              icon="square"
              tone="neutral"
              title="This experiment has ended"
              action={
                <A
                  class="button"
                  href={`${routes.newExperiment.path()}?from=${encodeURIComponent(experiment().spec.key)}`}
                >
                  Create a copy
                </A>
              }
            >
              <p>Ended experiments cannot be edited.</p>
              <p>
                <A href={routes.experiment.path(experiment().spec.key)}>View results</A>
              </p>
            </Notice>
          )}
        </Match>
        <Match when={active()}>{(experiment) => <RunningForm experiment={experiment()} />}</Match>
        <Match when={draft()} keyed>
          {(experiment) => (
            <DraftForm
              experiment={experiment}
              options={() => formOptions.options() ?? { metrics: [], configs: [], experiments: [] }}
            />
          )}
        </Match>
      </Switch>
    </>
  );
}

function DraftForm(props: { experiment: Experiment; options: () => FormOptions }) {
  const openedExperiment = props.experiment;
  const { spec, revision } = openedExperiment;
  // A draft typed over an older revision would undo what others have changed since.
  const place = `edit|${spec.key}|${revision}`;
  const findMetric = (key: string) => props.options().metrics.find((metric) => metric.key === key);
  const form = useExperimentForm(
    readStoredDraft(place) ?? draftOfExperiment(spec, findMetric),
    (draft) => useFormContext(draft, props.options, spec.key),
    place,
  );
  return (
    <ExperimentForm
      form={form}
      review={(show) => (
        <>
          <ReviewStep form={form} show={show} />
          <SaveActions form={form} opened={openedExperiment} onSaved={() => form.forget()} />
        </>
      )}
    />
  );
}
