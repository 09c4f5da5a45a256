import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { openDatabase } from "#store/database.ts";
import { changeExperiment, findExperiment } from "#store/experiments.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { expectProblem } from "#test/support/expect-problem.ts";

const METRICS = [
  { metric: "task_success", role: "primary" },
  { metric: "toxic", role: "guardrail", margin: { kind: "absolute", value: 0.1 } },
];
const VARIANTS = [
  { key: "control", version: 1, weight: 0.5 },
  { key: "treatment", version: 2, weight: 0.5 },
];

async function createHoldout(configs: string[], overrides: Record<string, unknown> = {}): Promise<string> {
  const key = uniqueKey("holdout");
  await succeed("POST", "/v1/holdouts", { key, share: 0.2, configs, metrics: METRICS, ...overrides });
  return key;
}

async function newConfigs(count: number): Promise<string[]> {
  const configs = Array.from({ length: count }, () => uniqueKey("config"));
  for (const config of configs) await createConfig(config);
  return configs;
}

describe("a holdout is refused", () => {
  it("while an experiment is active on one of its AI configs", async () => {
    const { config } = await createExperiment();
    const body = { key: uniqueKey("holdout"), share: 0.1, configs: [config], metrics: METRICS };
    const refused = await call("POST", "/v1/holdouts", body);
    expectProblem(refused, 409, "config_busy");
    expect(refused.body.errors).toMatchObject([{ path: "/configs/0", code: "config_busy" }]);
  });

  it("while another one runs on one of them, and not once that has ended", async () => {
    const configs = await newConfigs(2);
    const first = await createHoldout(configs.slice(0, 1));
    const body = { key: uniqueKey("holdout"), share: 0.1, configs, metrics: METRICS };
    expectProblem(await call("POST", "/v1/holdouts", body), 409, "config_busy");
    await succeed("POST", `/v1/holdouts/${first}/end`, {});
    expect(await succeed("POST", "/v1/holdouts", body)).toMatchObject({ status: "running", share: 0.1 });
    expectProblem(await call("POST", `/v1/holdouts/${first}/end`, {}), 409, "transition_not_allowed");
    expectProblem(await call("POST", "/v1/holdouts", body), 409, "already_exists");
  });

  it("with more than 50 AI configs, and not with 50", async () => {
    const configs = await newConfigs(51);
    const body = { key: uniqueKey("holdout"), share: 0.1, configs, metrics: METRICS };
    expectProblem(await call("POST", "/v1/holdouts", body), 422, "invalid_input");
    const started = await succeed("POST", "/v1/holdouts", { ...body, configs: configs.slice(0, 50) });
    expect(started.configs).toHaveLength(50);
    expect(await succeed("POST", `/v1/holdouts/${body.key}/end`, {})).toMatchObject({ status: "ended" });
  });

  it.each([
    ["a share of a half", { share: 0.5 }, "/share"],
    ["no AI config", { configs: [] }, "/configs"],
    ["an AI config that there is not", { configs: ["nowhere"] }, "/configs/0"],
    ["an AI config twice", { configs: ["a", "a"] }, "/configs"],
    ["no primary metric", { metrics: METRICS.slice(1) }, "/metrics"],
    [
      "a guardrail without a margin",
      { metrics: [METRICS[0], { metric: "toxic", role: "guardrail" }] },
      "/metrics/1/margin",
    ],
  ])("with %s", async (_name, fault, path) => {
    const [config = ""] = await newConfigs(1);
    const body = { key: uniqueKey("holdout"), share: 0.1, configs: [config], metrics: METRICS, ...fault };
    const refused = await call("POST", "/v1/holdouts", body);
    expectProblem(refused, 422, "invalid_input");
    expect(refused.body.errors).toMatchObject([{ path }]);
  });
});

describe("while a holdout runs", () => {
  it("no experiment and no release has the held version as its treatment", async () => {
    const [config = ""] = await newConfigs(1);
    const holdout = await createHoldout([config]);
    await succeed("PUT", `/v1/configs/${config}/live`, { version: 2, reason: "by hand" });
    const back = {
      key: uniqueKey("experiment"),
      config,
      kind: "model",
      variants: VARIANTS,
      control: "treatment",
      metrics: METRICS,
    };
    await succeed("POST", "/v1/experiments", back);
    const refused = await call("POST", `/v1/experiments/${back.key}/start`);
    expectProblem(refused, 409, "config_busy");
    expect(refused.body.errors).toMatchObject([{ path: "/variants/0/version", code: "version_held" }]);
    const release = { version: 1, metrics: METRICS };
    expectProblem(await call("POST", `/v1/configs/${config}/releases`, release), 409, "config_busy");
    expect((await succeed("GET", `/v1/holdouts/${holdout}/results`)).shipped).toMatchObject([
      { config, from: 1, to: 2, experiment: null, reason: "by hand" },
    ]);
  });

  it("no experiment starts with the held version as its treatment though it was checked a moment before", async () => {
    const { key, config } = await createExperiment({ control: "treatment" }, { start: false });
    const database = openDatabase(env.DB);
    const checked = await findExperiment(database, key);
    if (!checked.ok) throw new Error(checked.error.detail);
    await createHoldout([config]);
    const audit = {
      at: Date.now(),
      actor: "key:admin",
      action: "experiment.start",
      subject: `experiment:${key}`,
    };
    const start = { status: "running", startedAt: audit.at, audit } as const;
    expect(await changeExperiment(database, checked.value, start)).toMatchObject({
      ok: false,
      error: { code: "revision_conflict" },
    });
    expect(await succeed("GET", `/v1/experiments/${key}`)).toMatchObject({ status: "draft" });
  });

  it("it is no experiment: not in lists, and not to be promoted, changed or paused", async () => {
    const [config = ""] = await newConfigs(1);
    const holdout = await createHoldout([config]);
    const { experiments } = await succeed("GET", `/v1/experiments?config=${config}`);
    expect(experiments).toEqual([]);
    for (const [path, body] of [
      ["promote", { variant: "comparison" }],
      ["rollback", {}],
      ["stop", {}],
      ["pause", {}],
      ["change", { coverage: 1 }],
      ["overrides", { unit: "ann", variant: "held-out" }],
      ["metrics", { metric: "latency_ms" }],
    ] as const)
      expectProblem(
        await call("POST", `/v1/experiments/${holdout}/${path}`, body),
        409,
        "transition_not_allowed",
      );
    expectProblem(
      await call("PATCH", `/v1/experiments/${holdout}`, { coverage: 1 }),
      409,
      "transition_not_allowed",
    );
    expect(JSON.stringify(await succeed("GET", "/v1/overview"))).not.toContain(holdout);
    expect(JSON.stringify(await succeed("GET", "/v1/portfolio"))).not.toContain(holdout);
    const { holdouts } = await succeed("GET", "/v1/holdouts");
    expect(holdouts.map(({ key }: { key: string }) => key)).toContain(holdout);
    const { entries } = await succeed("GET", `/v1/audit?subject=holdout:${holdout}`);
    expect(entries).toMatchObject([{ action: "holdout.start", details: { share: 0.2 } }]);
  });
});

describe("no holdout", () => {
  it("is found by the key of an experiment", async () => {
    const { key } = await createExperiment();
    expectProblem(await call("GET", `/v1/holdouts/${key}`), 404, "holdout_not_found");
    expectProblem(await call("GET", `/v1/holdouts/${key}/results`), 404, "holdout_not_found");
    expectProblem(await call("POST", `/v1/holdouts/${key}/end`, {}), 404, "holdout_not_found");
  });
});
