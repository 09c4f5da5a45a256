import { type DailyQuota, readDailyQuota } from "#config";
import type { UnitState } from "#ledger/unit-state.ts";
import { type EntryCost, shareOf } from "./daily-quota.ts";
import type { Exposure, Outcome, OutcomeStatus, RecordBatch, RecordReply } from "./messages.ts";

type Entry = Exposure | Outcome;

/** Only what nobody vouches for is limited: a quota that somebody has used up on purpose shuts nobody out who may decide. */
function isLimited({ source }: Entry): boolean {
  return source?.vouchedBy === "nobody";
}

function costOf(entry: Entry, units: ReadonlyMap<string, UnitState>): EntryCost {
  return {
    key: entry.source?.key ?? "",
    ...(!units.has(entry.unit) && { newUnit: entry.unit }),
    bytes: Buffer.byteLength(JSON.stringify(entry)),
  };
}

/** What of a batch the daily quotas of its keys have room for. */
export interface WithinQuota {
  exposures: Exposure[];
  outcomes: Outcome[];
  /** Those that they have no room for. */
  refused: Entry[];
  /** The reply to everything that was sent. @param statuses of the outcomes that there was room for, in their order */
  toReply: (statuses: readonly OutcomeStatus[]) => RecordReply;
}

/**
 * Leaves out what is beyond the daily quota of its key. A unit has one aggregator in all phases, so that naming an old phase
 * brings no new quota.
 * @param unitsOf the state of those of these units that are known
 * @param take of these costs: which there is room for
 */
export function keepQuota(
  environment: Pick<Env, "AGGREGATOR">,
  { exposures, outcomes, shards = 1 }: RecordBatch,
  unitsOf: (hashes: Set<string>) => ReadonlyMap<string, UnitState>,
  take: (quota: DailyQuota, costs: readonly EntryCost[]) => boolean[],
): WithinQuota {
  const limited = [...exposures, ...outcomes].filter(isLimited);
  if (limited.length === 0) {
    const toReply: WithinQuota["toReply"] = (statuses) => ({ statuses: [...statuses], refusedExposures: [] });
    return { exposures, outcomes, refused: [], toReply };
  }
  const units = unitsOf(new Set(limited.map(({ unit }) => unit)));
  const costs = limited.map((entry) => costOf(entry, units));
  const admitted = take(shareOf(readDailyQuota(environment), shards), costs);
  const refused = limited.filter((_, index) => admitted[index] !== true);
  const refusedSet = new Set<Entry>(refused);
  const isWithin = (entry: Entry) => !refusedSet.has(entry);
  return {
    exposures: exposures.filter(isWithin),
    outcomes: outcomes.filter(isWithin),
    refused,
    toReply(statuses) {
      const remaining = statuses.values();
      return {
        statuses: outcomes.map((outcome) =>
          isWithin(outcome) ? (remaining.next().value ?? "unit_not_exposed") : "daily_quota_used_up",
        ),
        refusedExposures: exposures.flatMap((exposure, index) => (isWithin(exposure) ? [] : [index])),
      };
    },
  };
}
