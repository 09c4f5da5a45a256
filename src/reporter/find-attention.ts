import type { LatestSummary } from "#contract/lists.ts";
import type { Attention } from "#contract/overview.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { formatDuration } from "./durations.ts";
import { formatCount } from "./numbers.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Silence is measured against the experiment's own pace, and shorter silences than this are nobody's concern. */
const SHORTEST_SILENCE = HOUR;
const GAPS_OF_SILENCE = 10;

/** One analysis may be late or fail and the next one mends it. */
const MISSED_ANALYSES = 3;

/** What the stored decisions tell about an experiment beside its newest reading. Times are epoch milliseconds. */
export interface Activity {
  /** Outcome events counted at the newest analysis. */
  events: number;
  lastEventAt: number | null;
  /** When the present hold began. */
  heldSince: number | null;
  pausedAt: number | null;
}

type Finding = Pick<Attention, "kind" | "since" | "message">;

function pace(gap: number): string {
  return gap < SECOND ? "several came every second" : `one came every ${formatDuration(gap)}`;
}

/**
 * No outcome event for ten times the usual gap between two (their average since the start), and for at least an hour.
 * Measured at the newest analysis, which is what the numbers are of; and from the newest change on, because a pause is
 * no silence.
 */
function findSilence(
  { startedAt, updatedAt }: Experiment,
  { events, lastEventAt }: Activity,
  { takenAt, reason }: LatestSummary,
): Finding | undefined {
  if (reason === "no_traffic" || startedAt === null) return undefined;
  const since = Math.max(lastEventAt ?? startedAt, startedAt);
  const usualGap = events === 0 ? 0 : (since - startedAt) / events;
  const silence = takenAt - Math.max(since, updatedAt);
  if (silence <= Math.max(SHORTEST_SILENCE, GAPS_OF_SILENCE * usualGap)) return undefined;
  const message =
    events === 0
      ? "No outcome event has arrived since the start, though units are assigned."
      : `No outcome event for ${formatDuration(takenAt - since)}; before, ${pace(usualGap)} on average.`;
  return { kind: "silent", since, message };
}

function findOverdue(
  { spec, startedAt, updatedAt }: Experiment,
  latestSummary: LatestSummary | null,
  now: number,
): Finding | undefined {
  const since = Math.max(latestSummary?.takenAt ?? 0, startedAt ?? 0, updatedAt);
  if (now - since <= MISSED_ANALYSES * spec.analysisIntervalSeconds * 1_000) return undefined;
  const message = `No analysis for ${formatDuration(now - since)}, though one is due every ${formatDuration(spec.analysisIntervalSeconds * 1_000)}.`;
  return { kind: "not_analyzed", since, message };
}

function findPause(activity: Activity, updatedAt: number, now: number): Finding | undefined {
  const since = activity.pausedAt ?? updatedAt;
  if (now - since <= DAY) return undefined;
  return {
    kind: "paused",
    since,
    message: `Paused for ${formatDuration(now - since)}: everybody gets the live version.`,
  };
}

const WAITING: ReadonlySet<string> = new Set([
  "guardrail_unclear",
  "split_not_settled",
  "lost_units_could_explain",
  "response_rates_differ",
  "events_per_unit_differ",
  "too_few_effective_units",
]);

/** A winner that has waited this long may wait for something that only a person can settle. */
function findWaiting(latestSummary: LatestSummary): Finding | undefined {
  const isWaiting = WAITING.has(latestSummary.reason);
  const since = latestSummary.reasonSince ?? latestSummary.takenAt;
  if (!isWaiting || latestSummary.takenAt - since <= DAY) return undefined;
  return { kind: "waiting", since, message: latestSummary.summary };
}

/**
 * Most units came by client keys and nobody vouches for them: the app's pages lack tokens, or somebody floods the
 * experiment. Either way it may wait for ever for units that decide.
 */
function findUnvouched({ unvouched }: Experiment, now: number): Finding | undefined {
  if (!unvouched || unvouched.mostSince === null || now - unvouched.mostSince <= HOUR) return undefined;
  const { units, decidingUnits, mostSince } = unvouched;
  const message = `${formatCount(units)} of ${formatCount(units + decidingUnits)} units came by client keys and nobody vouches for them, so they decide nothing. Let your server sign the units of its users and hand the token to the page, or start a new experiment that admits client keys.`;
  return { kind: "unvouched", since: mostSince, message };
}

/** What about an active experiment asks for a person. Pure. */
export function findAttention(
  experiment: Experiment,
  latestSummary: LatestSummary | null,
  activity: Activity,
  now: number,
): Attention[] {
  const { spec, status, updatedAt } = experiment;
  const findings: (Finding | undefined)[] =
    status === "paused"
      ? [findPause(activity, updatedAt, now)]
      : [
          latestSummary?.action === "hold"
            ? {
                kind: "on_hold",
                since: activity.heldSince ?? latestSummary.takenAt,
                message: latestSummary.summary,
              }
            : undefined,
          latestSummary ? findWaiting(latestSummary) : undefined,
          latestSummary ? findSilence(experiment, activity, latestSummary) : undefined,
          findUnvouched(experiment, now),
          findOverdue(experiment, latestSummary, now),
        ];
  return findings.flatMap((finding) =>
    finding ? [{ experiment: spec.key, name: spec.name, ...finding }] : [],
  );
}
