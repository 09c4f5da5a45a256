import { env } from "cloudflare:workers";
import { RulesetCache } from "#ruleset/edge-cache.ts";
import { findParts } from "#ruleset/load-parts.ts";
import type { RulesetLookup, RulesetNames } from "#ruleset/lookup.ts";
import { createConfig, succeed, uniqueKey } from "#test/support/api-client.ts";
import { type DatabaseCount, newCount, watchedDatabase } from "#test/support/counted-database.ts";

export const execution = { waitUntil() {} };

/** An isolate of its own, over the one database, at a time of its own. */
export class Edge {
  readonly count: DatabaseCount = newCount();
  readonly cache = new RulesetCache();
  now = Date.now();
  onTrip: ((number: number) => void) | undefined;
  readonly database: D1Database;

  constructor(database: D1Database = env.DB) {
    this.database = watchedDatabase(database, {
      count: this.count,
      onTrip: (number) => this.onTrip?.(number),
    });
  }

  /** The ruleset as it is after some more time. */
  async ruleset(milliseconds = 10_000) {
    this.now += milliseconds;
    const sources = { DB: this.database, KILL_SWITCH: env.KILL_SWITCH };
    const current = await this.cache.current(sources, execution, this.now);
    if (!current.ok) throw new Error(current.error.detail);
    return current.value;
  }

  async find(names: RulesetNames): Promise<RulesetLookup> {
    const { ruleset } = await this.ruleset(0);
    const found = await findParts(ruleset, names, this.database, execution, this.now);
    if (!("ok" in found)) return found;
    if (!found.ok) throw new Error(found.error.code);
    return found.value;
  }

  /** What the database is asked for some work. */
  async counted(work: () => Promise<unknown>): Promise<DatabaseCount> {
    const [trips, rows, first] = [this.count.trips, this.count.rows, this.count.statements.length];
    await work();
    return {
      trips: this.count.trips - trips,
      rows: this.count.rows - rows,
      statements: this.count.statements.slice(first),
    };
  }
}

/** So many new AI configs. @returns their keys */
export async function configs(count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, () => uniqueKey("config"));
  for (const key of keys) await createConfig(key);
  return keys;
}

export const setLive = (config: string, version: number) =>
  succeed("PUT", `/v1/configs/${config}/live`, { version });
