import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import { configQueries } from "#dashboard/data/configs.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { describeLimits, describeRule, describeTaking } from "#dashboard/format/setup.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { isActive } from "#model/experiment/active-status.ts";
import { confoundedIn } from "#model/experiment/confounded.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { LabelsPanel } from "./labels-panel.tsx";
import { MetricsPanel } from "./metrics-panel.tsx";
import { OverridesPanel } from "./overrides-panel.tsx";
import { PhasesList } from "./phases-list.tsx";
import { TrafficDialog } from "./traffic-dialog.tsx";
import { VariantCard } from "./variant-card.tsx";
import { WeightsBar } from "./weights-bar.tsx";
import "../experiment-page.css";
import "./setup-tab.css";

/** What is compared, on whom, by which metrics, and what decides. */
export function SetupTab(props: { experiment: Experiment; liveVersion: number | undefined }) {
  const spec = () => props.experiment.spec;
  const refusal = useEditRefusal();
  const [changing, setChanging] = createSignal<Experiment>();
  /** Others have weights that follow something else. */
  const mayChange = () =>
    isActive(props.experiment.status) && spec().allocation.type === "fixed" && !spec().release;
  const versions = useQuery(() => configQueries.versions(spec().config));
  const metrics = useQuery(() => metricQueries.list());
  // A started experiment keeps the definitions that it started with.
  const metricDefinitions = () =>
    props.experiment.startedAt === null
      ? (loadedData(metrics)?.metrics ?? [])
      : props.experiment.metricDefinitions;
  const valueAt = (version: number) =>
    loadedData(versions)?.versions.find((candidate) => candidate.version === version)?.value;
  const control = () => spec().variants.find(({ key }) => key === spec().control);
  const ordered = () => [
    ...spec().variants.filter(({ key }) => key === spec().control),
    ...spec().variants.filter(({ key }) => key !== spec().control),
  ];
  const readError = () => (loadedData(versions) === undefined && versions.error) || undefined;
  return (
    <div class="experiment-tab">
      <Panel
        title="Allocation"
        aside={
          <Show when={mayChange()}>
            <Button icon="pencil" unavailable={refusal()} onClick={() => setChanging(props.experiment)}>
              Change traffic…
            </Button>
          </Show>
        }
      >
        <WeightsBar experiment={props.experiment} />
        <PhasesList experiment={props.experiment} />
        <dl class="setup-facts">
          <For each={describeTaking(spec())}>
            {({ term, words, code }) => (
              <div>
                <dt>{term}</dt>
                <dd>
                  {words}
                  <Show when={code}>
                    {(text) => (
                      <pre class="setup-code" tabindex="0">
                        <code>{text()}</code>
                      </pre>
                    )}
                  </Show>
                </dd>
              </div>
            )}
          </For>
        </dl>
      </Panel>
      <Show when={changing()}>
        {(experiment) => <TrafficDialog experiment={experiment()} onClose={() => setChanging(undefined)} />}
      </Show>
      <section aria-labelledby="variants-title">
        <h2 id="variants-title" class="setup-title">
          Variants
        </h2>
        <For each={loadedData(versions) && confoundedIn(spec(), loadedData(versions)?.versions ?? [])}>
          {({ message }) => (
            <p class="setup-confounded">
              <Icon name="alert" />
              <span>{message}</span>
            </p>
          )}
        </For>
        <Switch fallback={<Skeleton label="Loading the variants" rows={1} height="card" />}>
          <Match when={readError()}>
            {(error) => <QueryError error={error()} retry={() => void versions.refetch()} />}
          </Match>
          <Match when={loadedData(versions)}>
            <ul class="setup-variants">
              <For each={ordered()}>
                {(variant) => (
                  <VariantCard
                    variant={variant}
                    isControl={variant.key === spec().control}
                    isLive={variant.version === props.liveVersion}
                    value={valueAt(variant.version)}
                    controlVersion={control()?.version ?? variant.version}
                    controlValue={valueAt(control()?.version ?? variant.version)}
                  />
                )}
              </For>
            </ul>
          </Match>
        </Switch>
      </section>
      <MetricsPanel
        experiment={props.experiment}
        metricDefinitions={metricDefinitions()}
        catalog={loadedData(metrics)?.metrics ?? []}
      />
      <Panel title="Decision rule">
        <p class="setup-rule">{describeRule(spec(), metricDefinitions())}</p>
        <dl class="setup-facts">
          <For each={describeLimits(spec())}>
            {({ term, words }) => (
              <div>
                <dt>{term}</dt>
                <dd class="number">{words}</dd>
              </div>
            )}
          </For>
        </dl>
      </Panel>
      <OverridesPanel experiment={props.experiment} />
      <LabelsPanel experiment={props.experiment} />
    </div>
  );
}
