import type { DailyQuota } from "#config";
import { admitWithin, dayOf, type EntryCost, type QuotaUse } from "../daily-quota.ts";

/** What is used up today of the quotas of keys. */
export class QuotaTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Admits entries while the day's quota of their keys lasts, and notes what they use. @param now milliseconds */
  take(quota: DailyQuota, costs: readonly EntryCost[], now: number): boolean[] {
    const day = dayOf(now);
    this.#sql.exec("DELETE FROM quota_use WHERE day <> ?", day);
    const used: QuotaUse = new Map();
    for (const { key, units, bytes } of this.#sql.exec("SELECT key, units, bytes FROM quota_use"))
      used.set(String(key), { units: Number(units), bytes: Number(bytes) });
    const admitted = admitWithin(quota, costs, used);
    for (const key of new Set(costs.map((cost) => cost.key))) {
      const { units = 0, bytes = 0 } = used.get(key) ?? {};
      this.#sql.exec("INSERT OR REPLACE INTO quota_use VALUES (?, ?, ?, ?)", key, day, units, bytes);
    }
    return admitted;
  }
}
