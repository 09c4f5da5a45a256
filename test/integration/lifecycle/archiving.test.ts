import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { archiveConfig } from "#store/archive-configs.ts";
import { openDatabase } from "#store/database.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";

const NAMES = { configs: "configs", metrics: "metrics" } as const;

async function listed(kind: keyof typeof NAMES, query = ""): Promise<string[]> {
  const reply = await succeed("GET", `/v1/${kind}${query}`);
  return reply[NAMES[kind]].map(({ key }: { key: string }) => key);
}

async function newConfig(): Promise<string> {
  const key = uniqueKey("place");
  await createConfig(key);
  return key;
}

async function newMetric(extra: object = {}): Promise<string> {
  const key = uniqueKey("signal").replace("-", "_");
  const shape = { type: "proportion", per: "event", direction: "increase", name: key };
  await succeed("POST", "/v1/metrics", { key, ...shape, ...extra });
  return key;
}

const archive = (kind: keyof typeof NAMES, key: string, archived = true) =>
  call("PATCH", `/v1/${kind}/${key}`, { archived });

async function draftWith(config: string, metric: string) {
  const variants = [1, 2].map((version) => ({ key: `v${version}`, version, weight: 0.5 }));
  const metrics = [{ metric, role: "primary" }];
  return call("POST", "/v1/experiments", { key: uniqueKey("try"), kind: "model", config, variants, metrics });
}

describe("An AI config that is archived", () => {
  it("is listed only where one asks for it, and comes back", async () => {
    const key = await newConfig();
    expect((await archive("configs", key)).body.archivedAt).toBeGreaterThan(0);
    expect(await listed("configs")).not.toContain(key);
    expect(await listed("configs", "?archived=true")).toContain(key);
    expect((await archive("configs", key, false)).body.archivedAt).toBeNull();
    expect(await listed("configs")).toContain(key);
    const audit = JSON.stringify(await succeed("GET", `/v1/audit?subject=config:${key}`));
    expect(audit).toMatch(/config\.unarchive.*config\.archive/);
  });

  it("keeps its time when it is archived again, and is in the audit once", async () => {
    const key = await newConfig();
    const { archivedAt } = (await archive("configs", key)).body;
    const act = { actor: "key:admin", reason: "", now: archivedAt + 1_000 };
    const again = await archiveConfig(openDatabase(env.DB), key, true, act);
    expect(again).toMatchObject({ ok: true, value: { archivedAt } });
    const { entries } = await succeed("GET", `/v1/audit?subject=config:${key}`);
    expect(entries.filter(({ action }: { action: string }) => action === "config.archive")).toHaveLength(1);
  });

  it("goes on serving its live version", async () => {
    const key = await newConfig();
    await archive("configs", key);
    expect(await succeed("POST", "/v1/assign", { config: key, unit: "ann" })).toMatchObject({
      version: 1,
      value: { model: "model-1" },
    });
  });

  it("can be in no new experiment, release or holdout, and no draft on it can start", async () => {
    const { key: draft, config } = await createExperiment({}, { start: false });
    await archive("configs", config);
    const code = { errors: [{ path: "/config", code: "config_archived" }] };
    expect(await draftWith(config, "task_success")).toMatchObject({ status: 422, body: code });
    expect(await call("POST", `/v1/experiments/${draft}/start`, {})).toMatchObject({
      status: 422,
      body: code,
    });
    const release = { version: 2, metrics: [{ metric: "task_success", role: "primary" }] };
    expect(await call("POST", `/v1/configs/${config}/releases`, release)).toMatchObject({ status: 422 });
    const other = await newConfig();
    const holdout = { key: uniqueKey("held"), configs: [other, config], share: 0.05 };
    const metrics = [{ metric: "task_success", role: "primary" }];
    const held = await call("POST", "/v1/holdouts", { ...holdout, metrics });
    expect(JSON.stringify(held.body)).toContain("config_archived");
    expect(held.status).toBeGreaterThanOrEqual(400);
  });

  it("is none while an experiment or a holdout is active on it", async () => {
    const { key, config } = await createExperiment();
    expect(await archive("configs", config)).toMatchObject({ status: 409, body: { code: "config_busy" } });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    const holdout = uniqueKey("held");
    const metrics = [{ metric: "task_success", role: "primary" }];
    const first = await newConfig();
    await succeed("POST", "/v1/holdouts", { key: holdout, configs: [first, config], share: 0.05, metrics });
    for (const held of [first, config]) expect((await archive("configs", held)).status).toBe(409);
    await succeed("POST", `/v1/holdouts/${holdout}/end`, { reason: "enough" });
    expect((await archive("configs", config)).status).toBe(200);
  });
});

describe("A metric that is archived", () => {
  it("is listed only where one asks for it, named as archived there, and comes back", async () => {
    const key = await newMetric();
    expect((await archive("metrics", key)).status).toBe(200);
    expect(await listed("metrics")).not.toContain(key);
    expect(await listed("metrics", "?archived=true")).toContain(key);
    expect((await succeed("GET", "/v1/metrics?archived=true")).archived).toEqual([key]);
    await archive("metrics", key, false);
    expect(await listed("metrics")).toContain(key);
  });

  it("can be in no new experiment", async () => {
    const key = await newMetric();
    await archive("metrics", key);
    expect(await draftWith(await newConfig(), key)).toMatchObject({
      status: 422,
      body: { errors: [{ path: "/metrics/0/metric", code: "metric_archived" }] },
    });
  });

  it("is none while an active experiment has it", async () => {
    const metric = await newMetric();
    const { key } = await createExperiment({ metrics: [{ metric, role: "primary" }] });
    expect(await archive("metrics", metric)).toMatchObject({ status: 409, body: { code: "metric_in_use" } });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    expect((await archive("metrics", metric)).status).toBe(200);
  });
});

describe("What was never used can be deleted", () => {
  it("is gone with its versions, and apps get it no more", async () => {
    const key = await newConfig();
    await succeed("POST", "/v1/assign", { config: key, unit: "ann" });
    expect((await call("DELETE", `/v1/configs/${key}`)).status).toBe(200);
    expect((await call("GET", `/v1/configs/${key}`)).status).toBe(404);
    await vi.waitFor(
      async () => expect((await call("POST", "/v1/assign", { config: key, unit: "ann" })).status).toBe(404),
      { timeout: 15_000, interval: 200 },
    );
    await createConfig(key);
    expect((await succeed("GET", `/v1/configs/${key}/versions`)).versions).toHaveLength(3);
    const metric = await newMetric();
    expect((await call("DELETE", `/v1/metrics/${metric}`)).status).toBe(200);
    expect((await call("GET", `/v1/metrics/${metric}`)).status).toBe(404);
  });

  it("but not what an experiment names, be it a draft or ended", async () => {
    const metric = await newMetric();
    const metrics = [{ metric, role: "primary" }];
    const { key, config } = await createExperiment({ metrics });
    const draft = await createExperiment({ metrics }, { start: false });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    for (const used of [config, draft.config])
      expect(await call("DELETE", `/v1/configs/${used}`)).toMatchObject({ status: 409 });
    expect(await call("DELETE", `/v1/metrics/${metric}`)).toMatchObject({ status: 409 });
    expect((await succeed("GET", `/v1/configs/${config}/versions`)).versions).toHaveLength(3);
  });

  it("and not what another metric is made of", async () => {
    const part = await newMetric({ type: "mean" });
    const ratio = await newMetric({ type: "mean", denominator: part });
    expect((await call("DELETE", `/v1/metrics/${part}`)).status).toBe(409);
    expect((await call("DELETE", `/v1/metrics/${ratio}`)).status).toBe(200);
    expect((await call("DELETE", `/v1/metrics/${part}`)).status).toBe(200);
  });
});
