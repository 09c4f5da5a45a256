import type { MetricFamily } from "#reporter/open-metrics.ts";
import { type Count, type CountedLabels, readCounts, readRulesetRenewedAt } from "#shared/counters.ts";
import { within } from "#shared/within.ts";
import { type Databases, readDatabaseBytes } from "#store/database.ts";
import { countExperiments } from "#store/experiment-counts.ts";
import { readScheduleTotals } from "#store/schedule-run.ts";

const DATABASE_TIMEOUT_MILLISECONDS = 2_000;

/** Whatever is counted in memory is counted by each isolate for itself. */
const PER_ISOLATE = "Of the isolate that answers, since it began.";

const COUNTED: Record<keyof CountedLabels, string> = {
  requests: "Requests by route and class of status.",
  assignments: "Assignments that were answered, by their reason.",
  events: "Events by what became of them.",
  exposures: "Exposures of assignments, by whether they reached their aggregator.",
  ruleset_renewals: "Renewals of the ruleset from the database.",
};

function countedFamilies(counts: readonly Count[]): MetricFamily[] {
  return Object.entries(COUNTED).map(([name, help]) => ({
    name: `bakeoff_${name}`,
    type: "counter",
    help: `${help} ${PER_ISOLATE}`,
    samples: counts
      .filter((one) => one.name === name)
      .map(({ labels, value }) => ({ labels: { ...labels }, value })),
  }));
}

/** @param now epoch milliseconds */
async function storedFamilies(databases: Databases, now: number): Promise<MetricFamily[]> {
  const { database, eventLog } = databases;
  const [totals, experiments, mainBytes, logBytes] = await Promise.all([
    readScheduleTotals(database),
    countExperiments(database),
    readDatabaseBytes(database),
    readDatabaseBytes(eventLog),
  ]);
  return [
    {
      name: "bakeoff_database_bytes",
      type: "gauge",
      help: "Size of the databases: of the main one and of the event log. D1 takes 10 GB for each.",
      samples: [
        { labels: { database: "main" }, value: mainBytes },
        { labels: { database: "log" }, value: logBytes },
      ],
    },
    {
      name: "bakeoff_schedule_age_seconds",
      type: "gauge",
      help: "Time since the schedule last finished a run.",
      samples: [{ value: Math.max(0, now - totals.finishedAt) / 1_000 }],
    },
    {
      name: "bakeoff_looks",
      type: "counter",
      help: "Analyses by the schedule.",
      samples: [{ value: totals.looks }],
    },
    {
      name: "bakeoff_failed_looks",
      type: "counter",
      help: "Analyses by the schedule that failed; each is repeated a minute later.",
      samples: [{ value: totals.failedLooks }],
    },
    {
      name: "bakeoff_decisions",
      type: "counter",
      help: "Decisions of the schedule by their action.",
      samples: Object.entries(totals.decisions).map(([action, value]) => ({ labels: { action }, value })),
    },
    {
      name: "bakeoff_experiments",
      type: "gauge",
      help: "Experiments by their status.",
      samples: experiments.map(({ status, experiments: value }) => ({ labels: { status }, value })),
    },
  ];
}

/** What the database tells, and whether it does. */
async function familiesOfDatabase(databases: Databases, now: number): Promise<MetricFamily[]> {
  const stored = await within(DATABASE_TIMEOUT_MILLISECONDS, storedFamilies(databases, now)).catch(
    () => undefined,
  );
  const isUp: MetricFamily = {
    name: "bakeoff_database_up",
    type: "gauge",
    help: "1 where the database has told the metrics that it holds, 0 where they are missing.",
    samples: [{ value: stored ? 1 : 0 }],
  };
  return [isUp, ...(stored ?? [])];
}

/** The ruleset that the isolate answers from. */
export interface ServedRulesetState {
  version: number;
  stale: boolean;
}

/** What the installation does, as far as this isolate and the database know. */
export async function readServiceMetrics(
  databases: Databases,
  { version, stale }: ServedRulesetState,
  now: number,
): Promise<MetricFamily[]> {
  const renewedAt = readRulesetRenewedAt();
  return [
    ...countedFamilies(readCounts()),
    {
      name: "bakeoff_ruleset_age_seconds",
      type: "gauge",
      help: `Time since the ruleset was last renewed. ${PER_ISOLATE}`,
      samples: renewedAt === undefined ? [] : [{ value: Math.max(0, now - renewedAt) / 1_000 }],
    },
    {
      name: "bakeoff_ruleset_version",
      type: "gauge",
      help: `The revision of the ruleset. ${PER_ISOLATE}`,
      samples: [{ value: version }],
    },
    {
      name: "bakeoff_ruleset_stale",
      type: "gauge",
      help: `1 while the ruleset is older than it may be because it cannot be renewed. ${PER_ISOLATE}`,
      samples: [{ value: stale ? 1 : 0 }],
    },
    ...(await familiesOfDatabase(databases, now)),
  ];
}
