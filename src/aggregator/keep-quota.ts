import { readDailyQuota } from "#config";
import type { UnitState } from "#ledger/unit-state.ts";
import { type EntryCost, shareOf } from "./daily-quota.ts";
import type { LedgerStorage } from "./ledger-storage.ts";
import type { Exposure, Outcome, OutcomeStatus, RecordBatch, RecordReply } from "./messages.ts";
import { aggregatorName } from "./shard-number.ts";

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
  batch: RecordBatch;
  /** How many entries they have no room for. */
  refused: number;
  /** The reply to everything that was sent. @param statuses of the outcomes that there was room for, in their order */
  toReply: (statuses: readonly OutcomeStatus[]) => RecordReply;
}

/**
 * Leaves out what is beyond the daily quota of its key. The first phase's aggregator of the same units keeps the count for
 * all phases, so that naming an old phase brings no new quota.
 * @param now milliseconds
 */
export async function keepQuota(
  environment: Pick<Env, "AGGREGATOR">,
  storage: LedgerStorage,
  sent: RecordBatch,
  now: number,
): Promise<WithinQuota> {
  const { experiment, exposures, outcomes, firstPhases, shards = 1 } = sent;
  const limited = [...exposures, ...outcomes].filter(isLimited);
  if (limited.length === 0) {
    return {
      batch: sent,
      refused: 0,
      toReply: (statuses) => ({ statuses: [...statuses], refusedExposures: [] }),
    };
  }
  const units = storage.units(new Set(limited.map(({ unit }) => unit)));
  const costs = limited.map((entry) => costOf(entry, units));
  const quota = shareOf(readDailyQuota(environment), shards);
  const keeper = firstPhases
    ? environment.AGGREGATOR.getByName(aggregatorName(experiment.key, firstPhases.register))
    : storage;
  const admitted = await keeper.takeFromQuota(quota, costs, now);
  const refused = new Set<Entry>(limited.filter((_, index) => admitted[index] !== true));
  const isWithin = (entry: Entry) => !refused.has(entry);
  return {
    batch: { ...sent, exposures: exposures.filter(isWithin), outcomes: outcomes.filter(isWithin) },
    refused: refused.size,
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
