import { useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { Match, Show, Switch } from "solid-js";
import { ApiError } from "#contract/client.ts";
import { isTransient } from "#dashboard/data/api.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { readingProgress } from "#dashboard/data/reading-progress.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { Notice } from "#dashboard/ui/notice.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { ReadingStatus } from "#dashboard/ui/reading-status.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { Segmentation } from "#model/analysis/segments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { keptAttributesOf } from "#model/unit/kept-attributes.ts";
import { Interactions } from "./interactions.tsx";
import { PropertyForm } from "./property-form.tsx";
import { SegmentReport } from "./segment-report.tsx";
import "./segments.css";

/** The results broken down by one event property, or by an attribute of units. */
export function SegmentsTab(props: { experiment: Experiment }) {
  const [query, setQuery] = useSearchParams<{ property?: string; attribute?: string }>();
  const key = () => props.experiment.spec.key;
  const hasStarted = () => props.experiment.startedAt !== null;
  const chosen = (): Segmentation | undefined => {
    if (query.attribute) return { source: "attribute", name: query.attribute };
    return query.property ? { source: "property", name: query.property } : undefined;
  };
  const asked = () => (hasStarted() ? chosen() : undefined);
  const suggestions = useQuery(() => ({ ...resultQueries.properties(key()), enabled: hasStarted() }));
  const options = () => resultQueries.segments(key(), asked() ?? { source: "property", name: "" });
  const segments = useQuery(() => ({
    ...options(),
    enabled: asked() !== undefined,
  }));
  /** The log was read and the question refused: asking again would not help. */
  const refusal = () => {
    const { error } = segments;
    return error instanceof ApiError && !isTransient(error) ? error : undefined;
  };
  return (
    <Show
      when={hasStarted()}
      fallback={
        <Notice icon="branch" tone="neutral" title="Nothing to break down yet">
          <p>Segments appear once the experiment has started and events with properties have arrived.</p>
        </Notice>
      }
    >
      <div class="segments">
        <PropertyForm
          chosen={chosen()}
          attributes={keptAttributesOf(props.experiment.spec)}
          suggestions={loadedData(suggestions) ?? []}
          isKnown={loadedData(suggestions) !== undefined}
          onChoose={({ source, name }) =>
            setQuery(
              { property: undefined, attribute: undefined, [source]: name || undefined },
              { scroll: false },
            )
          }
        />
        <Switch>
          <Match when={chosen() === undefined}>
            <Notice icon="branch" tone="neutral" title="Results by segment">
              <p>
                Choose an event property such as language, or an attribute of units such as plan. Bakeoff
                analyzes each value separately, with stricter intervals, and warns if a segment contradicts
                the overall result.
              </p>
            </Notice>
          </Match>
          <Match when={refusal()}>
            {(error) => (
              <Notice icon="alert" tone="worse" title="This cannot be broken down">
                <p>{error().message}</p>
              </Notice>
            )}
          </Match>
          <Match when={loadedData(segments) === undefined && segments.error}>
            {(error) => <QueryError error={error()} retry={() => void segments.refetch()} />}
          </Match>
          <Match when={loadedData(segments)}>
            {(report) => <SegmentReport spec={props.experiment.spec} segments={report()} />}
          </Match>
          <Match when={segments.isPending}>
            <Show
              when={readingProgress(options().queryKey)}
              fallback={<Skeleton label="Reading the event log" rows={3} height="card" />}
            >
              {(progress) => <ReadingStatus label="Reading the event log" progress={progress()} />}
            </Show>
          </Match>
        </Switch>
        <Interactions experiment={props.experiment} />
      </div>
    </Show>
  );
}
