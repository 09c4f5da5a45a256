import { describeValues, invalidReasonOf } from "#analyzer/estimates/describe-values.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { observe } from "#analyzer/experiment/arms.ts";
import { withoutErased } from "#event-log/erased.ts";
import { readNewestEntries } from "#event-log/read.ts";
import type { ObservedEntry, OutcomeEntry } from "#ledger/log-entry.ts";
import { Replay } from "#ledger/replay.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { type MetricDefinition, valueKeyOf } from "#model/metric/metric.ts";
import type { MetricPreview } from "#model/metric/preview.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Database, Databases } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { listLoggingExperiments } from "#store/logging-experiments.ts";

const MAXIMUM_EXPERIMENTS = 5;
const MAXIMUM_ENTRIES = 5_000;

/** A shard holds a random part of the units, so that a few tell as much as all. */
const MAXIMUM_SHARDS_PER_EXPERIMENT = 4;

/** All variants together. */
const EVERYBODY = "all";

/** The newest part of an experiment's log, evenly from some of its shards. */
async function readNewest(
  databases: Databases,
  { spec, startedAt }: Experiment,
  wanted: number,
): Promise<ObservedEntry[]> {
  const shards = startedAt === null ? 0 : Math.min(MAXIMUM_SHARDS_PER_EXPERIMENT, spec.shards);
  const logs = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      readNewestEntries(databases, {
        experiment: spec.key,
        shard,
        entries: Math.ceil(wanted / shards),
      }),
    ),
  );
  return logs.flatMap(withoutErased);
}

/** Counts what an experiment with this definition would have counted. */
class Trial {
  readonly #replay: Replay;
  readonly #definition: MetricDefinition;
  readonly values: number[] = [];

  constructor(definition: MetricDefinition) {
    this.#definition = definition;
    // Whoever would still be in the conversion window is shown too.
    const totals = { ...emptyTotals([EVERYBODY]), maturedUntil: Number.MAX_SAFE_INTEGER };
    this.#replay = new Replay([totals], [definition]);
  }

  apply(experiment: string, entry: ObservedEntry): void {
    if (entry.kind === "outcome" && !this.#takes(entry)) return;
    // In every experiment a unit is one of its own, as it is when that experiment is analyzed.
    this.#replay.apply({ ...entry, variant: EVERYBODY, phase: 0 }, `${experiment}/${entry.unit}`);
  }

  /** An event with an impossible value would have been refused as a whole. */
  #takes({ metrics }: OutcomeEntry): boolean {
    const value = metrics[valueKeyOf(this.#definition)];
    if (value === undefined) return true;
    this.values.push(value);
    return invalidReasonOf(this.#definition, value) === undefined;
  }

  estimate(): Pick<MetricPreview, "units" | "estimate" | "standardError"> {
    const { statistics } = observe(this.#definition, this.#replay.totalsIn(0).variants[EVERYBODY]);
    if (!statistics) return { units: 0, estimate: null, standardError: null };
    const { units, estimate, squaredError } = statistics;
    return { units, estimate, standardError: units > 1 ? Math.sqrt(squaredError) : null };
  }

  describe(): MetricPreview["values"] {
    const described = describeValues(this.#definition, this.values);
    const { key, per, cap } = this.#definition;
    if (!described || per === "event" || cap === undefined) return described;
    const totals = [...this.#replay.units.values()].map(({ s }) => s[key]?.[0] ?? 0);
    return { ...described, capped: totals.filter((total) => total > cap).length };
  }
}

function countKeys(outcomes: readonly OutcomeEntry[]): MetricPreview["loggedKeys"] {
  const counts = new Map<string, number>();
  for (const { metrics } of outcomes) {
    for (const key of Object.keys(metrics)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, events]) => ({ key, events }))
    .sort((a, b) => b.events - a.events || (a.key < b.key ? -1 : 1));
}

async function findSources(database: Database, key: string | undefined): Promise<Result<Experiment[]>> {
  if (key === undefined) return ok(await listLoggingExperiments(database, MAXIMUM_EXPERIMENTS));
  const experiment = await findExperiment(database, key);
  return experiment.ok ? ok([experiment.value]) : experiment;
}

/**
 * What a metric's definition makes of the newest logged events, computed as an experiment would. Reads some 5,000 log
 * entries at most; units that were exposed before them and show nothing in them are not seen.
 */
export async function previewMetric(
  databases: Databases,
  definition: MetricDefinition,
  experiment?: string,
): Promise<Result<MetricPreview>> {
  const sources = await findSources(databases.database, experiment);
  if (!sources.ok) return sources;
  const logs = await Promise.all(
    sources.value.map(async (source) => ({
      key: source.spec.key,
      entries: await readNewest(databases, source, Math.ceil(MAXIMUM_ENTRIES / sources.value.length)),
    })),
  );
  const trial = new Trial(definition);
  for (const { key, entries } of logs) for (const entry of entries) trial.apply(key, entry);
  const outcomes = logs.flatMap(({ entries }) => entries.filter((entry) => entry.kind === "outcome"));
  const times = outcomes.map(({ at }) => at).sort((a, b) => a - b);
  return ok({
    experiments: logs.filter(({ entries }) => entries.length > 0).map(({ key }) => key),
    events: outcomes.length,
    eventsWithMetric: trial.values.length,
    ...trial.estimate(),
    from: times.at(0) ?? null,
    to: times.at(-1) ?? null,
    values: trial.describe(),
    loggedKeys: countKeys(outcomes),
  });
}
