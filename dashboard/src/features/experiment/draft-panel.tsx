import { useQuery } from "@tanstack/solid-query";
import { createMemo, For, Show } from "solid-js";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { isActive } from "#model/experiment/active-status.ts";
import { checkBeforeStart } from "#model/experiment/checks.ts";
import { areDisjoint } from "#model/experiment/disjoint-namespaces.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { plural } from "#reporter/numbers.ts";
import { findStaleRelease } from "./actions/start-refusal.ts";
import { TrafficChange } from "./actions/traffic-change.tsx";
import { sharesIn } from "./actions/traffic-shares.ts";
import "./draft-panel.css";

/** What starting would do, and what stands in its way. */
export function DraftPanel(props: { experiment: Experiment; liveVersion: number | undefined }) {
  const spec = () => props.experiment.spec;
  const metrics = useQuery(() => metricQueries.list());
  const versions = useQuery(() => configQueries.versions(spec().config));
  const experiments = useQuery(() => experimentQueries.list());
  const obstacles = createMemo(() => {
    const definitions = { metrics: loadedData(metrics)?.metrics, versions: loadedData(versions)?.versions };
    if (!definitions.metrics || !definitions.versions) return undefined;
    const issues = checkBeforeStart(spec(), {
      metrics: definitions.metrics,
      configVersions: new Set(definitions.versions.map(({ version }) => version)),
      liveVersion: props.liveVersion,
    });
    const rivals = (loadedData(experiments)?.experiments ?? []).filter(
      ({ config, status, key, namespace }) =>
        config === spec().config &&
        isActive(status) &&
        key !== spec().key &&
        !areDisjoint(namespace, spec().namespace),
    );
    const staleRelease =
      props.liveVersion === undefined ? undefined : findStaleRelease(props.experiment, props.liveVersion);
    return [
      ...(staleRelease === undefined ? [] : [staleRelease]),
      ...issues.map(({ path, message }) => `${path}: ${message}`),
      ...rivals.map(
        ({ name }) =>
          `“${name}” is active on the same AI config. End it first, or put both into disjoint ranges of one namespace.`,
      ),
    ];
  });
  return (
    <Panel title="Before you start">
      <div class="draft-panel">
        <div class="draft-text">
          <p>
            Starting assigns {plural(String(spec().variants.length), "variant")} to units that request{" "}
            <code>{spec().config}</code> . Variants, weights and metric definitions cannot be changed after
            that. Results appear here as soon as outcomes arrive.
          </p>
          <Show when={obstacles()} fallback={<p class="muted">Checking…</p>}>
            {(list) => <Obstacles obstacles={list()} />}
          </Show>
        </div>
        <Show when={props.liveVersion}>
          {(liveVersion) => (
            <TrafficChange
              before={sharesIn(props.experiment, {
                status: "draft",
                coverage: spec().coverage,
                liveVersion: liveVersion(),
              })}
              after={sharesIn(props.experiment, {
                status: "running",
                coverage: spec().coverage,
                liveVersion: liveVersion(),
              })}
            />
          )}
        </Show>
      </div>
    </Panel>
  );
}

function Obstacles(props: { obstacles: readonly string[] }) {
  return (
    <Show
      when={props.obstacles.length > 0}
      fallback={
        <p class="draft-ready">
          <Icon name="check" />
          Ready to start.
        </p>
      }
    >
      <div>
        <p class="draft-missing">
          <Icon name="alert" />
          Not ready to start:
        </p>
        <ul class="draft-obstacles">
          <For each={props.obstacles}>{(obstacle) => <li>{obstacle}</li>}</For>
        </ul>
      </div>
    </Show>
  );
}
