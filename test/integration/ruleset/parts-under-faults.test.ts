import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { startExperiment } from "#lifecycle/transitions.ts";
import { setLiveVersion } from "#store/configs.ts";
import { openDatabase } from "#store/database.ts";
import { listExperiments } from "#store/experiment-summaries.ts";
import { findExperiment } from "#store/experiments.ts";
import { listLoggingExperiments } from "#store/logging-experiments.ts";
import { listRunning } from "#store/schedule.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { type DatabaseCount, newCount, watchedDatabase } from "#test/support/counted-database.ts";
import { configs, Edge, execution, setLive } from "#test/support/edge-isolate.ts";

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
    const started = await startExperiment(database, found.value, { ...act, unitKeyId: "id" });
    expect(started).toMatchObject({ ok: true, value: { status: "running" } });
    await setLiveVersion(database, config, { version: 2, reason: "" }, act);
    await listExperiments(database, { config });
    await listRunning(database);
    await listLoggingExperiments(database, 5);
    expect(count.statements.length).toBeGreaterThan(10);
    await expectNoScan(count);
  });
});
