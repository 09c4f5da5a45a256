import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, createConfig, createExperiment, succeed } from "#test/support/api-client.ts";
import worker from "../../../src/limited.ts";

const CONFIGS = 100;
const CHARACTERS = 100_000;

/** As long a prompt as there may be, of one byte a character or of four bytes each two. */
function promptOf(index: number): string {
  const filler = index % 2 === 0 ? "x".repeat(CHARACTERS) : "🥧".repeat(CHARACTERS / 2);
  return `${index} ${filler}`.slice(0, CHARACTERS);
}

const keyOf = (index: number) => `long-${String(index).padStart(3, "0")}`;

/** The answer of a Worker whose database does nothing but fail. */
async function askWithoutDatabase(method: string, path: string, body?: unknown): Promise<Response> {
  const DB = new Proxy(env.DB, {
    get: () => () => {
      throw new Error("D1_ERROR: the database is down");
    },
  });
  const request = new Request(`https://bakeoff.test${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${env.BAKEOFF_ADMIN_KEY}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const execution = createExecutionContext();
  const response = await worker.fetch(request, { ...env, DB }, execution);
  await waitOnExecutionContext(execution);
  return response;
}

describe(`${CONFIGS} AI configs with values of ${CHARACTERS} characters`, () => {
  it("are assigned, one and many at a time, and what changes is served", async () => {
    for (let index = 0; index < CONFIGS; index++) {
      await succeed("POST", "/v1/configs", { key: keyOf(index), value: { prompt: promptOf(index) } });
    }
    for (let index = 0; index < CONFIGS; index++) {
      const { value } = await succeed("POST", "/v1/assign", { config: keyOf(index), unit: "ann" });
      expect(value.prompt === promptOf(index)).toBe(true);
    }
    const requests = [3, 98].map((index) => ({ config: keyOf(index), unit: "ann" }));
    const { assignments } = await succeed("POST", "/v1/assign", { requests });
    expect(assignments.map(({ value }: { value: { prompt: string } }) => value.prompt.length)).toEqual([
      CHARACTERS,
      CHARACTERS,
    ]);
    await succeed("POST", `/v1/configs/${keyOf(7)}/versions`, { value: { prompt: "short" } });
    await succeed("PUT", `/v1/configs/${keyOf(7)}/live`, { version: 2 });
    const { value } = await succeed("POST", "/v1/assign", { config: keyOf(7), unit: "ann" });
    expect(value).toEqual({ prompt: "short" });
  });

  it("are read whole by keys that may read them, in one answer as far as it goes", async () => {
    const ofConfigs = async (count: number, scope = "server") => {
      const configs = Array.from({ length: count }, (_, index) => keyOf(index));
      return (await succeed("POST", "/v1/keys", { name: `${count}`, scope, configs })).secret;
    };
    const some = await ofConfigs(60);
    const first = await call("GET", "/v1/ruleset", undefined, { key: some });
    expect(first.body.configs).toHaveLength(60);
    expect(first.body.configs[1].values[0].value.prompt === promptOf(1)).toBe(true);
    expect((await call("GET", "/v1/ruleset", undefined, { key: some })).headers.get("etag")).toBe(
      first.headers.get("etag"),
    );
    const everything = (await succeed("POST", "/v1/keys", { name: "all", scope: "server" })).secret;
    for (let index = 0; index < CONFIGS; index += 2) {
      const path = `/v1/configs/${keyOf(index)}`;
      const prompt = promptOf(index);
      const value = { prompt, system_prompt: prompt, extra: { more: prompt.slice(CHARACTERS / 2) } };
      await succeed("POST", `${path}/versions`, { value });
      await succeed("PUT", `${path}/live`, { version: 2 });
    }
    const refused = await call("GET", "/v1/ruleset", undefined, { key: everything });
    expect([refused.status, refused.body.code]).toEqual([409, "limit_reached"]);
    expect(refused.body.detail).toContain("16000000 characters");
    // Without the prompts it is small.
    const secret = (await succeed("POST", "/v1/keys", { name: "page", scope: "client" })).secret;
    expect((await succeed("GET", `/api/features/${secret}`)).features[keyOf(99)]).toEqual({
      defaultValue: {},
      rules: [],
    });
    const { flags } = await succeed(
      "POST",
      "/ofrep/v1/evaluate/flags",
      { context: { targetingKey: "ann" } },
      secret,
    );
    expect(flags).toHaveLength(CONFIGS);
  });

  it("are refused for now where neither memory nor the database has them, whatever the protocol", async () => {
    const missing: string[] = [];
    for (let index = 0; index < CONFIGS; index++) {
      const body = { config: keyOf(index), unit: "ann" };
      const response = await askWithoutDatabase("POST", "/v1/assign", body);
      if (response.status === 200) continue;
      missing.push(keyOf(index));
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await response.json()).toMatchObject({ code: "temporarily_unavailable" });
    }
    // An isolate has room for a part of them.
    expect(missing.length).toBeLessThan(CONFIGS);
  });
});

describe("without a database", () => {
  it.each([
    ["GET", "/v1/experiments"],
    ["GET", "/v1/overview"],
    ["GET", "/v1/keys"],
    ["POST", "/v1/configs"],
  ])("%s %s says so, and when to ask again", async (method, path) => {
    const body = method === "POST" ? { key: "a-config", value: { model: "small" } } : undefined;
    const response = await askWithoutDatabase(method, path, body);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toMatchObject({ code: "temporarily_unavailable" });
  });
});

const fill = (statement: string, count: number) =>
  env.DB.prepare(`
    WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${count})
    ${statement}`).run();

async function expectLimit(method: string, path: string, body: unknown, words: string): Promise<void> {
  const answer = await call(method, path, body);
  expect([answer.status, answer.body.code]).toEqual([409, "limit_reached"]);
  expect(answer.body.detail).toContain(words);
}

describe("a change that edges could not hold", () => {
  it("is refused: a config value of more than 262,144 bytes", async () => {
    const messages = [1, 2, 3].map(() => ({ role: "user", content: "x".repeat(90_000) }));
    const answer = await call("POST", "/v1/configs", { key: "too-long", value: { messages } });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([
      { path: "/value", code: "too_big", message: expect.stringContaining("262144 bytes") },
    ]);
    const fits = { key: "long-enough", value: { messages: messages.slice(1) } };
    expect((await call("POST", "/v1/configs", fits)).status).toBe(201);
  });

  it("is refused: a condition of more than 64,000 characters", async () => {
    const country = {
      $in: Array.from({ length: 2_000 }, (_, index) => `country-${"x".repeat(30)}-${index}`),
    };
    await expect(createExperiment({ condition: { country } }, { start: false })).rejects.toThrow(
      "condition_too_long",
    );
  });

  it("is refused: the 101st experiment that takes data on one AI config", async () => {
    const { key, config } = await createExperiment({ namespace: { name: "layer", range: [0, 0.001] } });
    await fill(
      `INSERT INTO experiment (
          key, config, status, revision, change, spec,
          metric_definitions, phases, conclusion, latest_summary, created_at, updated_at, started_at, ended_at,
          analyzed_at, live_version_at_start, switched_off, acceptances, doubts, rebuild_pending_since, pauses,
          unvouched, exclusions, unit_key_id)
        SELECT key || '-' || n, config, status, revision, change, json_set(spec, '$.key', key || '-' || n),
          metric_definitions, phases, conclusion, latest_summary, created_at, updated_at, started_at, ended_at,
          analyzed_at, live_version_at_start, switched_off, acceptances, doubts, rebuild_pending_since, pauses,
          unvouched, exclusions, unit_key_id
        FROM counter, experiment WHERE key = '${key}'`,
      99,
    );
    const next = await createExperiment(
      { config, namespace: { name: "layer", range: [0.5, 0.6] } },
      { start: false },
    );
    await expectLimit("POST", `/v1/experiments/${next.key}/start`, undefined, "100 experiments");
    await succeed("POST", `/v1/experiments/${key}/stop`);
    await expectLimit("POST", `/v1/experiments/${next.key}/start`, undefined, "100 experiments");
    await env.DB.prepare("UPDATE experiment SET ended_at = 0 WHERE key = ?").bind(key).run();
    await succeed("POST", `/v1/experiments/${next.key}/start`);
  });

  it("is refused: an AI config of more than 8,000,000 bytes with what its experiments hand out", async () => {
    await createConfig("heavy");
    await fill(
      `INSERT INTO ai_config_version
        SELECT 'heavy', n + 3, json_object('extra', json_object('text', hex(zeroblob(450000)))), '', 0, 'test' FROM counter`,
      9,
    );
    const variants = Array.from({ length: 10 }, (_, index) => ({
      key: `arm-${index}`,
      version: index === 0 ? 1 : index + 3,
      weight: 0.1,
    }));
    const { key } = await createExperiment({ config: "heavy", variants, control: "arm-0" }, { start: false });
    await expectLimit("POST", `/v1/experiments/${key}/start`, undefined, "8000000 bytes");
  });

  it("is refused: the 1,001st API key in use, and the 1,001st metric", async () => {
    await fill(
      `INSERT INTO api_key (id, name, scope, hash, created_at, created_by)
        SELECT 'key-' || n, 'key', 'server', 'hash-' || n, 0, 'test' FROM counter`,
      1_000,
    );
    await expectLimit("POST", "/v1/keys", { name: "one more", scope: "server" }, "1000 API keys");
    await succeed("DELETE", "/v1/keys/key-1");
    await env.DB.prepare("UPDATE api_key SET revoked_at = 1 WHERE id LIKE 'key-%'").run();
    await succeed("POST", "/v1/keys", { name: "one more", scope: "server" });
    await fill(
      `INSERT INTO metric (key, definition) SELECT 'metric_' || n, json_object(
          'key', 'metric_' || n, 'name', 'Metric', 'type', 'mean', 'direction', 'increase')
        FROM counter`,
      1_000,
    );
    const metric = { key: "one_more", name: "One more", type: "mean", direction: "increase" };
    await expectLimit("POST", "/v1/metrics", metric, "1000 metrics");
    await env.DB.prepare("DELETE FROM metric WHERE key LIKE 'metric_%'").run();
  });
});
