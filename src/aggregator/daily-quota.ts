import type { DailyQuota } from "#config";

const DAY_MILLISECONDS = 86_400_000;

/** What an entry costs of the quota of the key that it came by. */
export interface EntryCost {
  key: string;
  /** The unit's keyed hash, where it is not known yet. */
  newUnit?: string;
  bytes: number;
}

/** What is used up of a quota, by key. */
export type QuotaUse = Map<string, DailyQuota>;

/** The day that a moment lies in, in days since the epoch (UTC). @param now milliseconds */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MILLISECONDS);
}

/** How long a quota that is used up stays so, in whole seconds. @param now milliseconds */
export function secondsUntilTomorrow(now: number): number {
  return Math.ceil(((dayOf(now) + 1) * DAY_MILLISECONDS - now) / 1_000);
}

/** The part of a quota for each of the aggregators that an experiment's units are divided among, evenly. */
export function shareOf({ units, bytes }: DailyQuota, shards: number): DailyQuota {
  return { units: Math.ceil(units / shards), bytes: Math.ceil(bytes / shards) };
}

/**
 * Admits entries one after the other while the quota lasts. One that is too much for what is left costs nothing.
 * @param used is changed by what is admitted
 * @returns whether each of the entries is
 */
export function admitWithin(quota: DailyQuota, costs: readonly EntryCost[], used: QuotaUse): boolean[] {
  const countedUnits = new Set<string>();
  return costs.map(({ key, newUnit, bytes }) => {
    const before = used.get(key) ?? { units: 0, bytes: 0 };
    const isNew = newUnit !== undefined && !countedUnits.has(newUnit);
    const after = { units: before.units + (isNew ? 1 : 0), bytes: before.bytes + bytes };
    if ((isNew && after.units > quota.units) || after.bytes > quota.bytes) return false;
    if (newUnit !== undefined) countedUnits.add(newUnit);
    used.set(key, after);
    return true;
  });
}
