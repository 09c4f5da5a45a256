import type { LatestSummary } from "#contract/lists.ts";
import {
  type ActiveExperiment,
  type Overview,
  SHORTEST_PACE_MILLISECONDS,
  type TrafficPoint,
} from "#contract/overview.ts";
import { forecastDecision } from "#decider/forecast.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { toSummary } from "#reporter/experiment-summary.ts";
import { findAttention } from "#reporter/find-attention.ts";
import type { Database } from "#store/database.ts";
import {
  countByStatus,
  listNotableDecisions,
  readActive,
  readActivity,
  readTraffic,
  type StoredActivity,
} from "#store/overview.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** Over the last day, or since the start when that is shorter. Null before the first unit and the first half minute's end. */
function paceOf({ startedAt }: Experiment, activity: StoredActivity | undefined): number | null {
  if (!activity || activity.takenAt === null || activity.units === 0) return null;
  const { units, takenAt, earlierAt, earlierUnits } = activity;
  const observed = takenAt - (earlierAt ?? startedAt ?? takenAt);
  if (observed < SHORTEST_PACE_MILLISECONDS) return null;
  // A unit with multiple exposures is taken back out, so the count may shrink.
  return Math.max(0, units - (earlierUnits ?? 0)) / (observed / MILLISECONDS_PER_DAY);
}

function describe(
  experiment: Experiment,
  latestSummary: LatestSummary | null,
  activity: StoredActivity | undefined,
  grown: readonly TrafficPoint[],
  now: number,
): ActiveExperiment {
  const { spec, status } = experiment;
  const startedAt = experiment.startedAt ?? now;
  const unitsPerDay = paceOf(experiment, activity);
  return {
    experiment: toSummary(experiment, latestSummary),
    traffic: grown.length === 0 ? [] : [{ at: startedAt, units: 0 }, ...grown],
    unitsPerDay,
    forecast: forecastDecision({
      spec,
      status,
      startedAt,
      latestSummary,
      weights: experiment.phases.at(-1)?.weights ?? spec.variants.map(({ weight }) => weight),
      switchedOff: experiment.switchedOff.map(({ variant }) => variant),
      unitsPerDay,
      now,
    }),
  };
}

/** Everything the first page shows, from five queries; no aggregator is asked. */
export async function readOverview(database: Database, now: number): Promise<Overview> {
  const [counts, active, activities, traffic, decisions] = await Promise.all([
    countByStatus(database),
    readActive(database),
    readActivity(database),
    readTraffic(database, now),
    listNotableDecisions(database),
  ]);
  const activityOf = new Map(activities.map((activity) => [activity.experiment, activity]));
  const trafficOf = Map.groupBy(traffic, ({ experiment }) => experiment);
  const nothing = { events: 0, lastEventAt: null, heldSince: null, pausedAt: null };
  return {
    takenAt: now,
    counts,
    active: active.map(({ experiment, latestSummary }) => {
      const { key } = experiment.spec;
      const grown = (trafficOf.get(key) ?? []).map(({ at, units }) => ({ at, units }));
      return describe(experiment, latestSummary, activityOf.get(key), grown, now);
    }),
    decisions,
    attention: active.flatMap(({ experiment, latestSummary }) =>
      findAttention(experiment, latestSummary, activityOf.get(experiment.spec.key) ?? nothing, now),
    ),
  };
}
