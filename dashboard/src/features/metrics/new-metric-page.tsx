import { useNavigate, useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries, useCreateMetric } from "#dashboard/data/metrics.ts";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { newDraft } from "./metric-draft.ts";
import { MetricEditor } from "./metric-editor.tsx";

/** Defines a metric; with `?key=` one that apps already log. */
export default function NewMetricPage() {
  const metrics = useQuery(() => metricQueries.list());
  const create = useCreateMetric();
  const navigate = useNavigate();
  const [parameters] = useSearchParams<{ key?: string }>();
  createEffect(() => {
    document.title = "New metric · Bakeoff";
  });
  return (
    <>
      <PageHeader title="New metric" />
      <MetricEditor
        start={newDraft(parameters.key ?? "")}
        keyIsFixed={false}
        sources={loadedData(metrics)?.metrics ?? []}
        submitLabel="Define metric"
        busy={create.isPending}
        error={create.error}
        onSubmit={(definition, release) =>
          create.mutate(definition, {
            onSuccess: () => {
              release();
              navigate(routes.metric.path(definition.key));
            },
          })
        }
        onCancel={() => navigate(routes.metrics.path())}
        note="Includes values already logged under this key."
      />
    </>
  );
}
