import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { startExperiment } from "#lifecycle/transitions.ts";
import { RulesetCache } from "#ruleset/edge-cache.ts";
import { findParts } from "#ruleset/load-parts.ts";
import type { RulesetLookup, RulesetNames } from "#ruleset/lookup.ts";
import { setLiveVersion } from "#store/configs.ts";
import { openDatabase } from "#store/database.ts";
import { listExperiments } from "#store/experiment-summaries.ts";
import { findExperiment, listLoggingExperiments } from "#store/experiments.ts";
import { listRunning } from "#store/schedule.ts";
import { createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { type DatabaseCount, newCount, watchedDatabase } from "#test/support/counted-database.ts";

const execution = { waitUntil() {} };

/** An isolate of its own, over the one database, at a time of its own. */
class Edge {
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

async function configs(count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, () => uniqueKey("config"));
  for (const key of keys) await createConfig(key);
  return keys;
}

const setLive = (config: string, version: number) =>
  succeed("PUT", `/v1/configs/${config}/live`, { version });

describe("a change", () => {
  it("reaches another isolate, which reads that part anew and nothing else", async () => {
    const [changed = "", other = ""] = await configs(5);
    const edge = new Edge();
    await edge.ruleset();
    const before = await edge.find({ configs: [changed, other] });
    const otherBefore = before.config(other);
    expect(before.config(changed)?.liveVersion).toBe(1);
    await setLive(changed, 2);

    const { statements, rows } = await edge.counted(() => edge.ruleset());
    const after = await edge.find({ configs: [changed, other] });
    expect(after.config(changed)?.liveVersion).toBe(2);
    expect(after.config(other)).toBe(otherBefore);
    // The revision twice, the change, the AI config, and its value.
    expect(rows).toBe(5);
    expect(JSON.stringify(statements)).not.toContain(other);
    expect((await edge.counted(() => edge.ruleset())).rows).toBe(1);
  });

  it("of an experiment does not make its values travel again", async () => {
    const { key, config } = await createExperiment();
    const edge = new Edge();
    await edge.ruleset();
    expect((await edge.find({ experiments: [key] })).experiment(key)?.status).toBe("running");
    const value = (await edge.find({ configs: [config] })).config(config)?.values.get(2);
    await succeed("POST", `/v1/experiments/${key}/pause`);
    await edge.ruleset();
    const lookup = await edge.find({ configs: [config], experiments: [key] });
    expect(lookup.experiment(key)?.status).toBe("paused");
    expect(lookup.config(config)?.values.get(2)).toBe(value);
  });

  it("of keys or metrics is read as a list, and only then", async () => {
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    const keys = ruleset.keys.size;
    await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    await edge.ruleset();
    expect(ruleset.keys.size).toBe(keys + 1);
    const { statements } = await edge.counted(() => edge.ruleset());
    expect(JSON.stringify(statements)).not.toContain("api_key");
  });

  it("that nobody noted makes an edge read everything anew", async () => {
    const [config = ""] = await configs(1);
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    await edge.find({ configs: [config] });
    await env.DB.batch([
      env.DB.prepare("UPDATE ai_config SET live_version = 2 WHERE key = ?").bind(config),
      env.DB.prepare("UPDATE ruleset_revision SET revision = revision + 1"),
    ]);
    const { version } = ruleset;
    await edge.ruleset();
    expect(ruleset.version).toBe(version + 1);
    expect((await edge.find({ configs: [config] })).config(config)?.liveVersion).toBe(2);
  });

  it("is in the database as it was before, once that was restored", async () => {
    const [config = ""] = await configs(1);
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    await setLive(config, 2);
    await edge.ruleset();
    const { version } = ruleset;
    await env.DB.batch([
      env.DB.prepare("UPDATE ai_config SET live_version = 1 WHERE key = ?").bind(config),
      env.DB.prepare("UPDATE ruleset_revision SET revision = revision - 1"),
      env.DB.prepare("DELETE FROM ruleset_change WHERE revision = ?").bind(version),
    ]);
    await edge.ruleset();
    expect(ruleset.version).toBe(version - 1);
    expect((await edge.find({ configs: [config] })).config(config)?.liveVersion).toBe(1);
    // Other isolates of this test have seen the later revision.
    await env.DB.prepare("UPDATE ruleset_revision SET revision = revision + 10").run();
  });
});

describe("what a request names", () => {
  it("is known not to be there without asking, where the whole installation is in memory", async () => {
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    expect(ruleset.parts.isComplete).toBe(true);
    const { trips } = await edge.counted(async () => {
      const lookup = await edge.find({ configs: ["no-such-config"], experiments: ["no-such-experiment"] });
      expect(lookup.config("no-such-config")).toBeUndefined();
    });
    expect(trips).toBe(0);
  });

  it("is asked for once by 200 requests at a time, and not again", async () => {
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    ruleset.parts.clear();
    const names = { configs: ["no-such-config"], experiments: ["no-such-experiment"] };
    const { trips } = await edge.counted(() =>
      Promise.all(Array.from({ length: 200 }, () => edge.find(names))),
    );
    expect(trips).toBeLessThanOrEqual(3);
    expect((await edge.counted(() => edge.find(names))).trips).toBe(0);
    // Until a change says that it is there.
    await createConfig("no-such-config");
    await createExperiment({ key: "no-such-experiment", config: "no-such-config" }, { start: false });
    await succeed("POST", "/v1/experiments/no-such-experiment/start");
    await edge.ruleset();
    const lookup = await edge.find(names);
    expect(lookup.config("no-such-config")?.experiments).toHaveLength(1);
    expect(lookup.experiment("no-such-experiment")?.status).toBe("running");
  });

  it("is not asked for where no name looks like that", async () => {
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    ruleset.parts.clear();
    const names = { configs: ["", "no name", "x".repeat(100_000)], experiments: ["__proto__"] };
    expect((await edge.counted(() => edge.find(names))).trips).toBe(0);
  });

  it("may be a draft, or have ended long ago: neither takes data", async () => {
    const draft = await createExperiment({}, { start: false });
    const ended = await createExperiment();
    await succeed("POST", `/v1/experiments/${ended.key}/stop`);
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    ruleset.parts.clear();
    const names = { experiments: [draft.key, ended.key] };
    const soon = await edge.find(names);
    expect(soon.experiment(draft.key)).toBeUndefined();
    expect(soon.experiment(ended.key)?.status).toBe("stopped");
    edge.now += 2 * 86_400_000;
    await edge.ruleset();
    ruleset.parts.clear();
    const later = await edge.counted(async () =>
      expect((await edge.find(names)).experiment(ended.key)).toBeUndefined(),
    );
    expect(later.trips).toBeGreaterThan(0);
    expect((await edge.counted(() => edge.find(names))).trips).toBe(0);
  });
});

/** A database whose replicas answer as they did before; the primary answers as it is. */
function laggingDatabase(): { database: D1Database; lag: () => void } {
  let isLagging = false;
  const answers = new Map<string, D1Result[]>();
  const database = new Proxy(env.DB, {
    get(target, name) {
      if (name !== "withSession") return Reflect.get(target, name).bind(target);
      return (constraint: string) => {
        const session = target.withSession("first-primary");
        return new Proxy(session, {
          get(inner, method) {
            if (method === "getBookmark") return () => null;
            if (method === "prepare") {
              return (text: string) =>
                Object.assign(inner.prepare(text), {
                  described: text,
                  bind: (...values: unknown[]) =>
                    Object.assign(inner.prepare(text).bind(...values), {
                      described: text + JSON.stringify(values.filter((value) => typeof value !== "number")),
                    }),
                });
            }
            if (method !== "batch") return Reflect.get(inner, method).bind(inner);
            return async (statements: D1PreparedStatement[]) => {
              const described = statements.map((one) => Reflect.get(one, "described")).join();
              const earlier = answers.get(described);
              if (isLagging && earlier && constraint !== "first-primary") return earlier;
              const answer = await inner.batch(statements);
              if (!isLagging) answers.set(described, answer);
              return answer;
            };
          },
        });
      };
    },
  });
  return {
    database,
    lag: () => {
      isLagging = true;
    },
  };
}

describe("a replica that lags behind", () => {
  it("takes no isolate back in time", async () => {
    const [config = ""] = await configs(1);
    const { database, lag } = laggingDatabase();
    const earlier = new Edge(database);
    await earlier.ruleset();
    const { ruleset: before } = await earlier.ruleset();
    before.parts.clear();
    expect((await earlier.find({ configs: [config] })).config(config)?.liveVersion).toBe(1);
    lag();
    await setLive(config, 2);
    const edge = new Edge(database);
    const { ruleset } = await edge.ruleset();
    ruleset.parts.clear();
    const { version } = ruleset;
    expect(version).toBeGreaterThan(before.version);
    expect((await edge.find({ configs: [config] })).config(config)?.liveVersion).toBe(2);
    // The replica says that nothing has changed for the other one, which knows better meanwhile.
    await edge.ruleset();
    expect(ruleset.version).toBe(version);
    expect((await edge.find({ configs: [config] })).config(config)?.liveVersion).toBe(2);
  });
});

describe("renewals that overlap", () => {
  it("end with what the latest of them has read, in whatever order they end", async () => {
    const [config = ""] = await configs(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = new Proxy(env.DB, {
      get(target, name) {
        if (name !== "withSession") return Reflect.get(target, name).bind(target);
        return (constraint: string) => {
          const session = target.withSession(constraint);
          const batch = async (statements: D1PreparedStatement[]) => {
            const answer = await session.batch(statements);
            await promise;
            return answer;
          };
          return {
            prepare: session.prepare.bind(session),
            getBookmark: session.getBookmark.bind(session),
            batch,
          };
        };
      },
    });
    const edge = new Edge();
    const first = edge.cache.current({ DB: slow, KILL_SWITCH: env.KILL_SWITCH }, execution, edge.now);
    // Its first answers are read, and held up.
    await env.DB.prepare("SELECT 1").run();
    await setLive(config, 2);
    edge.cache.expire();
    const { ruleset } = await edge.ruleset(0);
    const { version } = ruleset;
    resolve();
    await first;
    expect(ruleset.version).toBe(version);
    expect((await edge.find({ configs: [config] })).config(config)?.liveVersion).toBe(2);
  });
});

describe("a database that fails at any of its answers", () => {
  it("leaves an edge with what it knew, and right as soon as it answers again", async () => {
    const [first = "", second = ""] = await configs(2);
    const { key, config } = await createExperiment();
    let version = 1;
    for (let failing = 1; failing <= 8; failing++) {
      const edge = new Edge();
      edge.onTrip = (number) => {
        if (number === failing) throw new Error("D1_ERROR: Network connection lost.");
      };
      const attempt = async (work: () => Promise<unknown>) => {
        await work().catch((cause: unknown) =>
          expect(String(cause)).toMatch(/temporarily_unavailable|has just started/),
        );
      };
      await attempt(() => edge.ruleset());
      await attempt(() => edge.find({ configs: [first] }));
      version = version === 1 ? 2 : 1;
      await setLive(first, version);
      await attempt(() => edge.ruleset());
      await attempt(() => edge.find({ configs: [first, second, config], experiments: [key] }));

      edge.onTrip = undefined;
      await edge.ruleset();
      const lookup = await edge.find({ configs: [first, second, config], experiments: [key] });
      expect(lookup.config(first)?.liveVersion).toBe(version);
      expect(lookup.config(second)?.liveVersion).toBe(1);
      expect(lookup.experiment(key)?.config).toBe(config);
      expect((await edge.ruleset()).stale).toBe(false);
    }
  });

  it("makes edges say so where they lack a part, and answer from memory where they do not", async () => {
    const [held = "", missing = ""] = await configs(2);
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    ruleset.parts.clear();
    await edge.find({ configs: [held] });
    edge.onTrip = () => {
      throw new Error("D1_ERROR: Network connection lost.");
    };
    expect((await edge.ruleset()).stale).toBe(true);
    expect((await edge.find({ configs: [held] })).config(held)?.liveVersion).toBe(1);
    await expect(edge.find({ configs: [held, missing] })).rejects.toThrow("temporarily_unavailable");
  });
});

async function expectNoScan({ statements }: DatabaseCount): Promise<void> {
  for (const [text, bindings] of new Map(statements.map((one) => [one.text, one.bindings]))) {
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...bindings)
      .run<{ detail: string }>();
    const scans = results.filter(({ detail }) => /^SCAN "?(experiment|other|source|stored)\b/.test(detail));
    expect({ text, scans }).toEqual({ text, scans: [] });
  }
}

describe("the statements of edges", () => {
  it("find everything by an index, however many experiments there are", async () => {
    const { key, config } = await createExperiment();
    const edge = new Edge();
    const { ruleset } = await edge.ruleset();
    await edge.find({ configs: [config] });
    await succeed("POST", `/v1/experiments/${key}/pause`);
    await edge.ruleset();
    ruleset.parts.clear();
    await edge.find({ configs: [config, ...(await configs(2))], experiments: [key] });
    expect(edge.count.statements.length).toBeGreaterThan(8);
    await expectNoScan(edge.count);
  });
});

describe("the statements that start and list an AI config's experiments", () => {
  it("find them by an index, however many experiments there are", async () => {
    const { key, config } = await createExperiment({}, { start: false });
    const count = newCount();
    const database = openDatabase(watchedDatabase(env.DB, { count }));
    const found = await findExperiment(database, key);
    if (!found.ok) throw new Error(found.error.detail);
    const act = { actor: "test", reason: "", now: Date.now() };
    const started = await startExperiment(database, found.value, act);
    expect(started).toMatchObject({ ok: true, value: { status: "running" } });
    await setLiveVersion(database, config, { version: 2, reason: "" }, act);
    await listExperiments(database, { config });
    await listRunning(database);
    await listLoggingExperiments(database, 5);
    expect(count.statements.length).toBeGreaterThan(10);
    await expectNoScan(count);
  });
});
