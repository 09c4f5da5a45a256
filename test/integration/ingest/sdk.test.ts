import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type BakeoffOptions, createBakeoff, type Drop } from "#sdk/index.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

const fallback = { model: "fallback" };

function clientWith(key: string, options: Partial<BakeoffOptions> = {}) {
  return createBakeoff({
    url: "https://bakeoff.test/",
    key,
    // None of these tests is about being late, and a busy machine is.
    timeoutMs: 20_000,
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
    ...options,
  });
}

async function clientOf(scope: "client" | "server", options: Partial<BakeoffOptions> = {}) {
  const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope });
  return clientWith(secret, options);
}

describe("the SDK", () => {
  it("runs an experiment: assigns, measures, logs once, and takes feedback later", async () => {
    const { key, config } = await createExperiment();
    const bakeoff = await clientOf("server");
    const { result, handle, assigned } = await bakeoff.run(
      config,
      { unit: "user-1", fallback },
      async ({ value }) => ({ text: `by ${value.model}`, usage: { input_tokens: 20, output_tokens: 5 } }),
    );
    expect(assigned).toMatchObject({ experiment: key, reason: "SPLIT" });
    expect(result.text).toBe(`by ${assigned.value.model}`);
    expect(await bakeoff.flush()).toBe(true);

    const elsewhere = await clientOf("client");
    expect(elsewhere.feedback(handle, { task_success: true })).toBe(true);
    expect(elsewhere.feedback(handle, { task_success: true })).toBe(true);
    expect(await elsewhere.close()).toBe(true);
    expect(elsewhere.stats).toEqual({ queued: 0, delivered: 2, dropped: 0 });

    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis).toMatchObject({ events: 2, duplicates: 1 });
  });

  it("assigns many units of one turn with one request", async () => {
    const { config } = await createExperiment();
    let requests = 0;
    const bakeoff = await clientOf("server", {
      fetch: (input, init) => {
        requests += 1;
        return exports.default.fetch(new Request(input, init));
      },
    });
    const units = Array.from({ length: 100 }, (_, index) => `user-${index}`);
    const answers = await Promise.all(units.map((unit) => bakeoff.assign(config, { unit, fallback })));
    expect(requests).toBe(1);
    expect(new Set(answers.map(({ variant }) => variant))).toEqual(new Set(["control", "treatment"]));
    const again = await bakeoff.assign(config, { unit: "user-7", fallback });
    expect(again).toEqual(answers[7]);
  });

  it("assigns in process what the Worker would, and reports who was exposed", async () => {
    const { key, config } = await createExperiment();
    const [local, remote] = [await clientOf("server", { mode: "local" }), await clientOf("server")];
    const asked = Array.from({ length: 50 }, (_, index) => ({ unit: `user-${index}`, fallback }));
    const inProcess = await Promise.all(asked.map((ask) => local.assign(config, ask)));
    expect(await local.flush()).toBe(true);
    expect(local.stats).toEqual({ queued: 0, delivered: 50, dropped: 0 });
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.units).toBe(50);
    expect(await Promise.all(asked.map((ask) => remote.assign(config, ask)))).toEqual(inProcess);
  });

  it("shows a browser's client no prompt, in either mode", async () => {
    const { config } = await createExperiment();
    for (const mode of ["local", "remote"] as const) {
      const bakeoff = await clientOf("client", { mode });
      const { value } = await bakeoff.assign(config, { unit: "u", fallback });
      expect(value.model).toMatch(/^model-/);
      expect(value).not.toHaveProperty("system_prompt");
    }
  });

  it("answers the fallback and the server's code when a request is refused", async () => {
    const refused = await clientWith("bk_server_wrong").assign("anything", { unit: "u", fallback });
    expect(refused).toMatchObject({ value: fallback, reason: "ERROR", error: { code: "unknown_key" } });
    const bakeoff = await clientOf("server");
    const missing = await bakeoff.assign("no-such-config", { unit: "u", fallback });
    expect(missing).toMatchObject({ value: fallback, error: { code: "config_not_found" } });
  });

  it("lets one malformed question sink none of its neighbors", async () => {
    const { config } = await createExperiment();
    const bakeoff = await clientOf("server");
    const [good, bad] = await Promise.all([
      bakeoff.assign(config, { unit: "good", fallback }),
      bakeoff.assign(config, { unit: "bad", fallback, covariates: { "Not A Metric": 1 } }),
    ]);
    expect(good.reason).toBe("SPLIT");
    expect(bad).toMatchObject({ reason: "ERROR", error: { code: "invalid_input" } });
  });

  it("types a value through a schema, and answers the fallback to one that does not fit", async () => {
    const { config } = await createExperiment();
    const bakeoff = await clientOf("server");
    const schema = z.object({ model: z.string().transform((name) => name.toUpperCase()) });
    const shouted = await bakeoff.assign(config, { unit: "u", fallback, schema });
    expect(shouted.value.model).toMatch(/^MODEL-[12]$/);
    const strict = z.object({ model: z.literal("another") });
    const unfit = await bakeoff.assign(config, { unit: "u", fallback: { model: "another" }, schema: strict });
    expect(unfit).toMatchObject({
      value: { model: "another" },
      experiment: null,
      error: { code: "invalid_value" },
    });
  });

  it("counts and reports what the server rejects", async () => {
    const { key } = await createExperiment();
    const drops: Drop[] = [];
    const bakeoff = await clientOf("server", { onDrop: (drop) => drops.push(drop) });
    const unit = unitWith("u", [{ key }, "control"]);
    bakeoff.log({ experiment: key, unit, variant: "control", metrics: { latency_ms: 5 } });
    bakeoff.log({ experiment: key, unit, variant: "none", metrics: { latency_ms: 5 } });
    await bakeoff.flush();
    bakeoff.log({ experiment: "unheard-of", unit: "u", metrics: { latency_ms: 5 } });
    await bakeoff.flush();
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 1, dropped: 2 });
    expect(drops.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      "event unknown_variant",
      "event unknown_experiment",
    ]);
    expect(drops[0]?.item).toMatchObject({ unit, variant: "none" });
  });
});
