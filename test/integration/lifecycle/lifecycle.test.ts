import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { experimentReportSchema } from "#contract/report.ts";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

const clearWinner = totals({
  control: { task_success: momentsOfCounts(300, 1_000) },
  treatment: { task_success: momentsOfCounts(600, 1_000) },
});

async function load(key: string) {
  const found = await findExperiment(openDatabase(env.DB), key);
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

async function liveVersionOf(config: string): Promise<number> {
  return (await succeed("GET", `/v1/configs/${config}`)).liveVersion;
}

describe("the lifecycle", () => {
  it("says with every answer what versions differ in besides what the experiment is about", async () => {
    const { key } = await createExperiment({ kind: "model" }, { start: false });
    const confounded = [
      expect.objectContaining({ variant: "treatment", fields: ["system_prompt", "parameters"] }),
    ];
    expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({ confounded });
    expect(await succeed("POST", `/v1/experiments/${key}/start`)).toMatchObject({ confounded });
  });

  it("lists the namespaces that tell who may run beside whom", async () => {
    const namespace = { name: "answers", range: [0, 0.25] };
    const { key, config } = await createExperiment({ namespace });
    const { key: other } = await createExperiment();
    const { experiments } = await succeed("GET", `/v1/experiments?config=${config}`);
    expect(experiments).toMatchObject([{ key, namespace }]);
    const everywhere = (await succeed("GET", "/v1/experiments")).experiments;
    expect(everywhere.find((one: { key: string }) => one.key === other).namespace).toBeNull();
  });

  it("lets only one of two overlapping runs act", async () => {
    const { key, config } = await createExperiment();
    const before = await load(key);
    const evaluation = evaluate(before, [clearWinner], Date.now());
    const database = openDatabase(env.DB);
    const runs = await Promise.all([1, 2, 3].map(() => actOnDecision(database, before, evaluation, "cron")));
    expect(runs.filter(({ ok }) => ok)).toHaveLength(1);
    expect(runs.filter((run) => !run.ok && run.error.code === "revision_conflict")).toHaveLength(2);
    const { entries } = await succeed("GET", "/v1/audit?limit=500");
    const promotions = entries.filter(
      (entry: { subject: string; action: string }) =>
        entry.subject === `experiment:${key}` && entry.action === "experiment.promote",
    );
    expect(promotions).toMatchObject([{ actor: "cron", details: { variant: "treatment", version: 2 } }]);
    expect(await liveVersionOf(config)).toBe(2);
  });

  it("stores the snapshot and the decision from which it can be computed again", async () => {
    const { key } = await createExperiment();
    const before = await load(key);
    const now = Date.now();
    await actOnDecision(openDatabase(env.DB), before, evaluate(before, [clearWinner], now), "cron");
    const { snapshots } = await succeed("GET", `/v1/experiments/${key}/snapshots`);
    const { decisions } = await succeed("GET", `/v1/experiments/${key}/decisions`);
    const { source, ...snapshot } = snapshots[0];
    expect(source).toBe("cron");
    expect(evaluate(before, snapshot.phases, now).snapshot).toEqual(snapshot);
    expect(decisions[0]).toMatchObject({
      takenAt: now,
      source: "cron",
      decision: { action: "promote", variant: "treatment" },
    });
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).live).toBe(false);
  });

  it("reports the results as a document, a table and data", async () => {
    const { key } = await createExperiment();
    const address = `/v1/experiments/${key}/report`;
    const markdown = await call("GET", address);
    expect(markdown.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(markdown.body).toContain("# Is the newer model better?");
    expect(markdown.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(markdown.headers.get("content-disposition")).toBeNull();
    const table = await call("GET", `${address}?format=csv`);
    expect(table.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(table.headers.get("content-disposition")).toBe(`attachment; filename="${key}.csv"`);
    expect(table.body.split("\r\n")).toHaveLength(4);
    const data = await call("GET", `${address}?format=json`);
    expect(data.headers.get("content-disposition")).toBe(`attachment; filename="${key}.json"`);
    expect(experimentReportSchema.parse(data.body).experiment.spec.key).toBe(key);
    expect((await call("GET", `${address}?format=pdf`)).body).toMatchObject({
      code: "invalid_input",
      errors: [{ path: "/format" }],
    });
  });

  it("pauses, resumes, and refuses what the status does not allow", async () => {
    const { key, config } = await createExperiment();
    const before = await succeed("POST", "/v1/assign", { config, unit: "u" });
    await succeed("POST", `/v1/experiments/${key}/pause`);
    expect(await succeed("POST", "/v1/assign", { config, unit: "u" })).toMatchObject({
      reason: "DISABLED",
      version: 1,
    });
    await succeed("POST", `/v1/experiments/${key}/resume`);
    expect(await succeed("POST", "/v1/assign", { config, unit: "u" })).toMatchObject({
      variant: before.variant,
      reason: "SPLIT",
    });
    for (const verb of ["start", "resume"]) {
      expect((await call("POST", `/v1/experiments/${key}/${verb}`)).body.code).toBe("transition_not_allowed");
    }
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    for (const verb of ["start", "pause", "resume", "stop", "rollback"]) {
      expect((await call("POST", `/v1/experiments/${key}/${verb}`)).body.code).toBe("transition_not_allowed");
    }
    expect(await liveVersionOf(config)).toBe(1);
  });

  it("promotes and rolls back by hand", async () => {
    const promoted = await createExperiment();
    expect(
      (await call("POST", `/v1/experiments/${promoted.key}/promote`, { variant: "nobody" })).body.errors,
    ).toMatchObject([{ path: "/variant" }]);
    await succeed("POST", `/v1/experiments/${promoted.key}/promote`, {
      variant: "treatment",
      reason: "we like it",
    });
    expect(await liveVersionOf(promoted.config)).toBe(2);
    expect((await succeed("GET", `/v1/experiments/${promoted.key}`)).conclusion).toMatchObject({
      actor: "key:admin",
      reason: "we like it",
    });
    const history = async (config: string) =>
      (await succeed("GET", `/v1/audit?subject=config:${config}`)).entries.filter(
        ({ action }: { action: string }) => action === "config.set_live",
      );
    expect(await history(promoted.config)).toMatchObject([
      { actor: "key:admin", reason: "we like it", details: { from: 1, to: 2, experiment: promoted.key } },
    ]);
    const rolledBack = await createExperiment();
    await succeed("POST", `/v1/experiments/${rolledBack.key}/rollback`);
    expect(await history(rolledBack.config)).toEqual([]);
    expect(await succeed("GET", `/v1/experiments/${rolledBack.key}`)).toMatchObject({
      status: "rolled_back",
      conclusion: { variant: "control" },
    });
  });

  it("refuses a change that was made in view of an older revision", async () => {
    const { key } = await createExperiment();
    expect((await call("POST", `/v1/experiments/${key}/pause`, { revision: 1 })).body.code).toBe(
      "revision_conflict",
    );
    await succeed("POST", `/v1/experiments/${key}/pause`, { revision: 2 });
  });

  it("starts only one experiment per AI config, unless their namespaces keep them apart", async () => {
    const { config } = await createExperiment();
    const conflictingExperiment = await createExperiment({ config }, { start: false });
    expect((await call("POST", `/v1/experiments/${conflictingExperiment.key}/start`)).body.code).toBe(
      "config_busy",
    );
    const layer = (start: number, end: number) => ({ namespace: { name: "layer", range: [start, end] } });
    const shared = uniqueKey("config");
    await createConfig(shared);
    await createExperiment({ config: shared, ...layer(0, 0.5) });
    await createExperiment({ config: shared, ...layer(0.5, 1) });
    const overlapping = await createExperiment({ config: shared, ...layer(0.4, 0.6) }, { start: false });
    expect((await call("POST", `/v1/experiments/${overlapping.key}/start`)).body.code).toBe("config_busy");
  });

  it("checks a draft again when it starts", async () => {
    const { key, config } = await createExperiment({}, { start: false });
    await env.DB.prepare("DELETE FROM ai_config_version WHERE config = ? AND version = 2").bind(config).run();
    const answer = await call("POST", `/v1/experiments/${key}/start`);
    expect(answer.body).toMatchObject({
      code: "impossible_experiment",
      errors: [{ path: "/variants/1/version", code: "unknown_version" }],
    });
  });

  it("keeps the live version's hands off while an experiment runs", async () => {
    const { config } = await createExperiment();
    expect((await call("PUT", `/v1/configs/${config}/live`, { version: 3 })).body.code).toBe("config_busy");
    expect(await liveVersionOf(config)).toBe(1);
  });

  it("lets a running experiment's coverage grow, and nothing else that would move a unit", async () => {
    const { key } = await createExperiment({ coverage: 0.5 });
    expect((await succeed("PATCH", `/v1/experiments/${key}`, { coverage: 0.7 })).spec.coverage).toBe(0.7);
    expect((await call("PATCH", `/v1/experiments/${key}`, { coverage: 0.6 })).body.errors).toMatchObject([
      { code: "coverage_may_only_grow" },
    ]);
    for (const change of [{ seed: "other" }, { variants: [] }, { alpha: 0.2 }]) {
      expect((await call("PATCH", `/v1/experiments/${key}`, change)).status).toBe(422);
    }
  });

  it("edits and deletes drafts, and keeps what has started", async () => {
    const draft = await createExperiment({}, { start: false });
    const { spec } = await succeed("GET", `/v1/experiments/${draft.key}`);
    const { hashVersion: _hashVersion, horizon: _horizon, ...input } = spec;
    expect(
      (await succeed("PATCH", `/v1/experiments/${draft.key}`, { ...input, name: "Better name" })).spec.name,
    ).toBe("Better name");
    await succeed("DELETE", `/v1/experiments/${draft.key}`);
    expect((await call("GET", `/v1/experiments/${draft.key}`)).status).toBe(404);
    const running = await createExperiment();
    expect((await call("DELETE", `/v1/experiments/${running.key}`)).body.code).toBe("transition_not_allowed");
  });

  it("refuses an edit that was made on an older revision, and changes nothing then", async () => {
    const draft = await createExperiment({}, { start: false });
    const path = `/v1/experiments/${draft.key}`;
    const { spec, revision } = await succeed("GET", path);
    const { hashVersion: _, horizon: _horizon, ...input } = spec;
    const edited = await succeed("PATCH", path, { ...input, name: "By one", revision });
    expect(edited).toMatchObject({ revision: revision + 1, spec: { name: "By one" } });
    const late = await call("PATCH", path, { ...input, name: "By another", revision });
    expect(late).toMatchObject({ status: 409, body: { code: "revision_conflict" } });
    expect(await succeed("GET", path)).toEqual(edited);

    const wrong = await call("PATCH", path, { ...input, revision: "the newest" });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: "/revision" }] } });
    for (const body of [null, 7, [], "text"]) expect((await call("PATCH", path, body)).status).toBe(422);
    expect(await succeed("GET", path)).toEqual(edited);

    await succeed("POST", `${path}/start`, {});
    const running = await call("PATCH", path, { coverage: 1, revision });
    expect(running).toMatchObject({ status: 409, body: { code: "revision_conflict" } });
  });

  it("has no results before the start", async () => {
    const { key } = await createExperiment({}, { start: false });
    expect((await call("GET", `/v1/experiments/${key}/results`)).body.code).toBe("not_started");
  });
});
