import { useQuery } from "@tanstack/solid-query";
import { For, Show } from "solid-js";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { configQueries } from "#dashboard/data/configs.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import type { Experiment } from "#model/experiment/experiment.ts";

/** What each treatment changes of the control's version. */
export function PrintChanges(props: { experiment: Experiment }) {
  const spec = () => props.experiment.spec;
  const versions = useQuery(() => configQueries.versions(spec().config));
  const contentOf = (wanted: number | undefined) =>
    loadedData(versions)?.versions.find(({ version }) => version === wanted)?.value;
  const control = () => contentOf(spec().variants.find(({ key }) => key === spec().control)?.version);
  const changes = () => {
    const before = control();
    return before === undefined
      ? []
      : spec().variants.flatMap(({ key, version }) => {
          const after = key === spec().control ? undefined : contentOf(version);
          return after === undefined ? [] : [{ key, before, after }];
        });
  };
  return (
    <Show when={changes().length > 0}>
      <section>
        <h2>What changed</h2>
        <For each={changes()}>
          {({ key, before, after }) => (
            <ConfigValueDiff
              before={before}
              after={after}
              beforeLabel={`${spec().control} (control)`}
              afterLabel={key}
            />
          )}
        </For>
      </section>
    </Show>
  );
}
