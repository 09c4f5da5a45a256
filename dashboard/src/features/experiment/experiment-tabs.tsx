import { useSearchParams } from "@solidjs/router";
import { createMemo, type JSX, Show } from "solid-js";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { Tabs } from "#dashboard/ui/tabs.tsx";

const places = [
  { value: "results", label: "Results", keys: "t r", needsStart: true },
  { value: "segments", label: "Segments", keys: "t s", needsStart: true },
  { value: "traffic", label: "Traffic", keys: "t t", needsStart: true },
  { value: "decisions", label: "Decisions", keys: "t d", needsStart: false },
  { value: "setup", label: "Setup", keys: "t u", needsStart: false },
] as const;

export type ExperimentTab = (typeof places)[number]["value"];

/** The parts of an experiment's page. Which one is open stands in the address; before the start, some have nothing to show. */
export function ExperimentTabs(props: {
  hasStarted: boolean;
  content: Readonly<Record<ExperimentTab, () => JSX.Element>>;
}) {
  const [search, setSearch] = useSearchParams<{ tab?: string }>();
  const { content } = props;
  const all = places.map((place) => ({ ...place, content: content[place.value] }));
  const offered = createMemo(() =>
    props.hasStarted ? all : all.filter(({ needsStart }) => !needsStart).toReversed(),
  );
  const currentTab = (): ExperimentTab =>
    offered().find(({ value }) => value === search.tab)?.value ?? offered()[0]?.value ?? "setup";
  const choose = (tab: ExperimentTab) => {
    if (tab !== currentTab()) setSearch({ tab }, { replace: true });
  };
  useCommands(
    places.map(({ value, label, keys }) => ({
      id: `experiment.tab.${value}`,
      title: `Show ${label.toLowerCase()}`,
      group: "This experiment",
      keys,
      run: () => choose(value),
    })),
  );
  // The start brings other tabs; a fresh list opens the first of them instead of holding on to what was chosen by default.
  return (
    <Show when={offered()} keyed>
      {(tabs) => <Tabs label="Experiment" value={currentTab()} onChange={choose} tabs={tabs} />}
    </Show>
  );
}
