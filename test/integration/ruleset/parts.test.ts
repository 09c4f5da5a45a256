import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createConfig, createExperiment, succeed } from "#test/support/api-client.ts";
import { configs, Edge, setLive } from "#test/support/edge-isolate.ts";

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
