import { useNavigate } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { statusWords } from "#dashboard/format/words.ts";
import { routes } from "../routes.ts";
import { matchScore } from "./match.ts";
import { commandFor, commands } from "./registry.ts";

/** One line of the palette. */
export interface PaletteEntry {
  id: string;
  title: string;
  group: string;
  detail?: string;
  keys?: string | undefined;
  keywords: string;
  run: () => void;
}

export interface PaletteGroup {
  title: string;
  entries: PaletteEntry[];
}

const MAXIMUM_PER_GROUP = 7;
const RECENT = "Recent";

/** Before anything is typed: what the page itself offers, under whatever heading, comes before these. */
const GROUP_ORDER = ["Go to", "Create", "Experiments", "AI configs", "Metrics", "Settings", "Help"];

/** Everything that can be found: the commands of this moment, experiments, AI configs and metrics. */
export function usePaletteEntries(): Accessor<PaletteEntry[]> {
  const navigate = useNavigate();
  const experiments = useQuery(() => experimentQueries.list());
  const configs = useQuery(() => configQueries.list());
  const metrics = useQuery(() => metricQueries.list());
  return () => [
    ...commands().map((command) => ({
      ...command,
      keywords: command.keywords ?? "",
      // A page may have given its keys another meaning.
      keys: command.keys !== undefined && commandFor(command.keys) === command ? command.keys : undefined,
    })),
    ...(loadedData(experiments)?.experiments ?? []).map(({ key, name, config, status }) => ({
      id: `experiment:${key}`,
      title: name,
      group: "Experiments",
      detail: statusWords[status],
      keywords: `${key} ${config} ${status}`,
      run: () => navigate(routes.experiment.path(key)),
    })),
    ...(loadedData(configs)?.configs ?? []).map(({ key, name }) => ({
      id: `config:${key}`,
      title: name,
      group: "AI configs",
      detail: key,
      keywords: key,
      run: () => navigate(routes.config.path(key)),
    })),
    ...(loadedData(metrics)?.metrics ?? []).map(({ key, name }) => ({
      id: `metric:${key}`,
      title: name,
      group: "Metrics",
      detail: key,
      keywords: key,
      run: () => navigate(routes.metric.path(key)),
    })),
  ];
}

function inGroups(entries: readonly PaletteEntry[]): PaletteGroup[] {
  return [...Map.groupBy(entries, ({ group }) => group)].map(([title, members]) => ({
    title,
    entries: members.slice(0, MAXIMUM_PER_GROUP),
  }));
}

/** @param rankOf how recently something was chosen; 0 for never */
function arrangeUnasked(
  entries: readonly PaletteEntry[],
  rankOf: (entry: PaletteEntry) => number,
): PaletteGroup[] {
  const recent = entries.filter((entry) => rankOf(entry) > 0).toSorted((a, b) => rankOf(b) - rankOf(a));
  const groups = inGroups(entries.filter((entry) => rankOf(entry) === 0)).toSorted(
    (a, b) => GROUP_ORDER.indexOf(a.title) - GROUP_ORDER.indexOf(b.title),
  );
  return recent.length > 0 ? [{ title: RECENT, entries: recent }, ...groups] : groups;
}

/** What fits best comes first, and its group with it; without a query what was chosen last. */
export function arrange(
  entries: readonly PaletteEntry[],
  query: string,
  recent: readonly string[],
): PaletteGroup[] {
  const rankOf = ({ id }: PaletteEntry) => (recent.includes(id) ? recent.length - recent.indexOf(id) : 0);
  if (query.trim() === "") return arrangeUnasked(entries, rankOf);
  const matches = entries
    .map((entry) => ({ entry, score: matchScore(query, entry) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score + rankOf(b.entry) - a.score - rankOf(a.entry));
  return inGroups(matches.map(({ entry }) => entry));
}
