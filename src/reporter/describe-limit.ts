import type { LimitData, LimitName } from "#model/webhook/message.ts";
import { formatCount } from "./numbers.ts";

const BYTES_PER_GIGABYTE = 1e9;

interface LimitWords {
  /** What is limited, as the end of "… of its 10 GB". */
  about: (subject: string) => string;
  /** What to do. */
  advice: string;
  path: (subject: string) => string | null;
}

const experimentPath = (key: string) => `/experiments/${encodeURIComponent(key)}`;

const limitWords: Record<LimitName, LimitWords> = {
  database_bytes: {
    about: (subject) => (subject === "log" ? "The event log's database" : "The main database"),
    advice:
      "The event log is what grows: set up the archive, or let events move into it sooner (EVENT_RETENTION_DAYS). When its database is full, events are counted and not logged; when the main one is full, nothing can be changed.",
    path: () => null,
  },
  running_experiments: {
    about: () => "The schedule",
    advice:
      "End experiments that nobody waits for, or let them be analyzed less often. Beyond the limit, looks come later than they should.",
    path: () => "/experiments",
  },
  experiments_of_config: {
    about: (subject) => `The AI config '${subject}'`,
    advice:
      "End experiments on it, or divide the work over more AI configs. Beyond the limit, none can be started.",
    path: (subject) => `/configs/${encodeURIComponent(subject)}`,
  },
  api_keys: {
    about: () => "The installation",
    advice: "Revoke keys that nobody uses. Beyond the limit, none can be created.",
    path: () => "/keys",
  },
  metrics: {
    about: () => "The installation",
    advice: "Delete metrics that no experiment has used. Beyond the limit, none can be defined.",
    path: () => "/metrics",
  },
  overrides: {
    about: (subject) => `The experiment '${subject}'`,
    advice: "Remove overrides that nobody needs. Beyond the limit, none can be added.",
    path: experimentPath,
  },
  exclusions: {
    about: (subject) => `The experiment '${subject}'`,
    advice:
      "Exclusions are never taken back: what disturbs it again and again should be mended, or the experiment begun anew. Beyond the limit, nothing more can be left out.",
    path: experimentPath,
  },
  phases: {
    about: (subject) => `The experiment '${subject}'`,
    advice:
      "Change its weights less often, or begin a new experiment. Beyond the limit, weights adapt no more and cannot be changed.",
    path: experimentPath,
  },
};

const nouns: Record<Exclude<LimitName, "database_bytes">, string> = {
  running_experiments: "running experiments",
  experiments_of_config: "active experiments",
  api_keys: "API keys",
  metrics: "metrics",
  overrides: "overridden units",
  exclusions: "excluded stretches of time",
  phases: "phases of weights",
};

function amounts(limit: LimitName, used: number, maximum: number): string {
  if (limit !== "database_bytes")
    return `has ${formatCount(used)} of at most ${formatCount(maximum)} ${nouns[limit]}`;
  const gigabytes = (bytes: number) => Number((bytes / BYTES_PER_GIGABYTE).toFixed(1));
  return `holds ${gigabytes(used)} of at most ${gigabytes(maximum)} GB`;
}

/** What is told of a limit that is nearly reached. @param subject null where it is the installation */
export function describeLimit(
  limit: LimitName,
  subject: string | null,
  used: number,
  maximum: number,
): Pick<LimitData, "summary" | "reason" | "path"> {
  const { about, advice, path } = limitWords[limit];
  return {
    summary: `${about(subject ?? "")} ${amounts(limit, used, maximum)}.`,
    reason: advice,
    path: path(subject ?? ""),
  };
}
