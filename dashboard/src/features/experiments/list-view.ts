import type { ExperimentSummary } from "#contract/lists.ts";
import {
  type ExperimentKind,
  type ExperimentStatus,
  experimentKindSchema,
  experimentStatusSchema,
} from "#model/experiment/experiment.ts";

export type SortKey = "newest" | "name" | "units" | "status" | "decision";

/** What of the list is to be seen, and in which order. All of it is in the address. */
export interface ListView {
  text: string;
  /** Empty for all. */
  statuses: readonly ExperimentStatus[];
  kind: ExperimentKind | null;
  /** Whether those that are archived are shown too. */
  archived: boolean;
  sort: SortKey;
}

export const sortWords: Record<SortKey, string> = {
  newest: "Newest",
  name: "Name",
  units: "Most units",
  status: "Status",
  decision: "Latest decision",
};

/** What goes on comes first, what has ended last. */
export const statusOrder: readonly ExperimentStatus[] = [
  "running",
  "paused",
  "draft",
  "promoted",
  "rolled_back",
  "stopped",
];

function isSortKey(value: string): value is SortKey {
  return value in sortWords;
}

/** The names of the address. */
export type ViewParameter = "q" | "status" | "kind" | "archived" | "sort";

type Parameter = string | string[] | undefined;

const single = (value: Parameter): string => (Array.isArray(value) ? (value[0] ?? "") : (value ?? ""));

/** Reads the address; what it cannot mean is left out, so that an old link still shows something. */
export function readListView(parameters: Record<ViewParameter, Parameter>): ListView {
  const statusNames = single(parameters.status).split(",");
  const kind = experimentKindSchema.safeParse(single(parameters.kind));
  const sort = single(parameters.sort);
  return {
    text: single(parameters.q),
    statuses: experimentStatusSchema.options.filter((status) => statusNames.includes(status)),
    kind: kind.success ? kind.data : null,
    archived: single(parameters.archived) === "shown",
    sort: isSortKey(sort) ? sort : "newest",
  };
}

/** True when something may be hidden. */
export function isFiltered({ text, statuses, kind }: ListView): boolean {
  return text.trim() !== "" || statuses.length > 0 || kind !== null;
}

const byNewest = (a: ExperimentSummary, b: ExperimentSummary) => b.createdAt - a.createdAt;
const collator = new Intl.Collator("en");

const comparisons: Record<SortKey, (a: ExperimentSummary, b: ExperimentSummary) => number> = {
  newest: byNewest,
  name: (a, b) => collator.compare(a.name, b.name),
  units: (a, b) => (b.latestSummary?.units ?? -1) - (a.latestSummary?.units ?? -1),
  status: (a, b) => statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status),
  decision: (a, b) => (b.latestSummary?.takenAt ?? 0) - (a.latestSummary?.takenAt ?? 0),
};

/** Made once per experiment: every letter that is typed asks for all of them. */
const searchTexts = new WeakMap<ExperimentSummary, string>();

function searchTextOf(experiment: ExperimentSummary): string {
  const cached = searchTexts.get(experiment);
  if (cached !== undefined) return cached;
  const { name, key, config, owner, tags } = experiment;
  const text = [name, key, config, owner ?? "", ...tags].join(" ").toLowerCase();
  searchTexts.set(experiment, text);
  return text;
}

/** Every word must be part of the name, the key, the AI config, the owner or a tag. */
function matches(experiment: ExperimentSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = searchTextOf(experiment);
  return words.every((word) => text.includes(word));
}

/** All experiments in order; those that are alike in it by age. */
export function sortExperiments(all: readonly ExperimentSummary[], sort: SortKey): ExperimentSummary[] {
  return all.toSorted((a, b) => comparisons[sort](a, b) || byNewest(a, b));
}

/** The experiments to be seen, in the order they are in. */
export function selectExperiments(
  all: readonly ExperimentSummary[],
  { text, statuses, kind, archived }: ListView,
): ExperimentSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(
    (experiment) =>
      (archived || experiment.archivedAt === null) &&
      (statuses.length === 0 || statuses.includes(experiment.status)) &&
      (kind === null || experiment.kind === kind) &&
      matches(experiment, words),
  );
}
