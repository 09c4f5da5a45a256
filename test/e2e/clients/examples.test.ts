import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { preview } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { assignOne } from "#contract/assignment.ts";
import { getLoggedEvents } from "#contract/event-log.ts";
import { getResults } from "#contract/results.ts";
import { getRuleset } from "#contract/ruleset.ts";
import type { KeyScope } from "#model/key/api-key.ts";
import { sharedBrowser } from "#test/e2e/support/browser.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { ExampleProject, readExample, runIn, tool } from "#test/e2e/support/example-project.ts";
import { ADMIN_KEY, TestServer } from "#test/e2e/support/server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";
import { STUB_TOKENS, startStubProvider } from "#test/e2e/support/stub-provider.ts";
import { startStubServer } from "#test/e2e/support/stub-server.ts";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";
import { HAS_BROWSER } from "#tools/browser/launch.ts";

const ARMS = {
  small: { model: "gpt-4.1-mini", cost: (12 * 0.4 + 3 * 1.6) / 1e6 },
  large: { model: "gpt-4.1", cost: (12 * 2 + 3 * 8) / 1e6 },
};

const TOKENS = { input_tokens: STUB_TOKENS.input, output_tokens: STUB_TOKENS.output };

const loggedOutcomesSchema = z.array(
  z.object({ variant: z.enum(["small", "large"]), metrics: z.record(z.string(), z.number()) }),
);

let server: TestServer;
let provider: Awaited<ReturnType<typeof startStubProvider>>;
let project: ExampleProject;
const secrets: Partial<Record<KeyScope, string>> = {};

beforeAll(async () => {
  [server, provider, project] = await Promise.all([
    TestServer.start(),
    startStubProvider(),
    ExampleProject.create(),
  ]);
  for (const scope of ["client", "server"] as const) secrets[scope] = await createKey(server.admin, scope);
}, 240_000);

/** Does what examples/README.md expects, for an AI config and an experiment of an example's own. */
async function prepare(name: string): Promise<{ config: string; experiment: string }> {
  const config = `${name}-answer`;
  const experiment = `${name}-model`;
  const [, commands = ""] = /```sh\n(.*?)```/s.exec(await readExample("README.md")) ?? [];
  const script = commands
    .replaceAll("http://127.0.0.1:8788", server.api)
    .replaceAll("example-answer", config)
    .replaceAll("example-model", experiment);
  const folder = await temporaryFolder("terminal");
  await mkdir(join(folder, ".data"));
  await writeFile(join(folder, ".data/admin-key"), ADMIN_KEY);
  await promisify(execFile)("bash", ["-euc", script], {
    cwd: folder,
    env: { PATH: process.env.PATH },
  });
  await untilItWorks(async () => {
    const { experiments } = await server.admin.call(getRuleset);
    expect(experiments.map(({ key }) => key)).toContain(experiment);
  }, PATIENCE_MILLISECONDS);
  return { config, experiment };
}

function environmentOf(config: string, scope: KeyScope) {
  return {
    BAKEOFF_URL: server.api,
    BAKEOFF_KEY: secrets[scope] ?? "",
    BAKEOFF_SERVER_KEY: secrets.server ?? "",
    BAKEOFF_CONFIG: config,
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: "stub",
  };
}

/** Runs an example of one program in its own folder; it ends as its README says. */
async function runExample(name: string, config: string, scope: KeyScope = "server") {
  const folder = await project.install(name);
  const { stdout, stderr } = await runIn(folder, ["main.ts"], environmentOf(config, scope));
  expect(stderr).toBe("");
  const last = stdout.trim().split("\n").at(-1);
  expect(await readExample(`${name}/README.md`)).toContain(`\n\`\`\`\n${last}\n\`\`\`\n`);
}

/** Waits until an experiment has exactly so many units and outcomes. @returns the outcomes */
async function outcomesOf(experiment: string, counts: { units: number; events: number }) {
  await untilItWorks(async () => {
    const { analysis } = await server.admin.call(getResults, { params: { key: experiment } });
    expect(analysis).toMatchObject({ ...counts, multipleExposureUnits: 0, duplicates: 0 });
  }, PATIENCE_MILLISECONDS);
  const { events } = await server.admin.call(getLoggedEvents, { params: { key: experiment } });
  expect(events).toHaveLength(counts.events);
  return loggedOutcomesSchema.parse(events);
}

/** How many of the first users, `user-0` and so on, each arm has. */
async function armSizes(config: string, units: readonly string[]) {
  const sizes = { small: 0, large: 0 };
  for (const unit of units) {
    const { variant } = await server.admin.call(assignOne, { body: { config, unit } });
    if (variant !== "small" && variant !== "large") throw new Error(`'${unit}' is in no arm`);
    sizes[variant] += 1;
  }
  return sizes;
}

const users = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);

const everyOther = (units: readonly string[]) => units.filter((_, index) => index % 2 === 0);

function countByArm(events: readonly { variant: "small" | "large" }[]) {
  const of = (arm: string) => events.filter(({ variant }) => variant === arm).length;
  return { small: of("small"), large: of("large") };
}

const times = (factor: number, { small, large }: { small: number; large: number }) => ({
  small: factor * small,
  large: factor * large,
});

describe.each(["node-openai", "ai-sdk"])("the example %s", (name) => {
  it("logs two answers and two judgments of every user, with the model, tokens and cost of the variant", async () => {
    const { config, experiment } = await prepare(name);
    const asked = provider.requests.length;
    await runExample(name, config);

    const outcomes = await outcomesOf(experiment, { units: 10, events: 40 });
    const sizes = await armSizes(config, users(10));
    const judgments = outcomes.filter(({ metrics }) => "task_success" in metrics);
    expect(judgments.map(({ metrics }) => metrics)).toEqual(Array(20).fill({ task_success: 1 }));
    expect(countByArm(judgments)).toEqual(times(2, sizes));
    const runs = outcomes.filter(({ metrics }) => !("task_success" in metrics));
    expect(countByArm(runs)).toEqual(times(2, sizes));
    for (const { metrics, variant } of runs) {
      expect(metrics).toMatchObject({ ...TOKENS, error: 0, latency_ms: expect.any(Number) });
      expect(metrics.cost_usd).toBeCloseTo(ARMS[variant].cost, 12);
    }
    const streamed = runs.filter(({ metrics }) => "ttft_ms" in metrics);
    expect(countByArm(streamed)).toEqual(sizes);

    const requests = provider.requests.slice(asked);
    const requestsOf = (model: string) => requests.filter((request) => request.model === model).length;
    expect({ small: requestsOf(ARMS.small.model), large: requestsOf(ARMS.large.model) }).toEqual(
      times(2, sizes),
    );
    for (const request of requests) {
      expect(request).toMatchObject({
        temperature: 0.2,
        messages: [{ role: "system", content: "Answer in two sentences." }, { role: "user" }],
      });
    }
  });
});

describe.each([
  ["openfeature", "server"],
  ["growthbook", "client"],
] as const)("the example %s", (name, scope) => {
  it("exposes every user, and logs what every other one says", async () => {
    const { config, experiment } = await prepare(name);
    await runExample(name, config, scope);
    const outcomes = await outcomesOf(experiment, { units: 20, events: 10 });
    expect(outcomes.map(({ metrics }) => metrics)).toEqual(Array(10).fill({ task_success: 1 }));
    expect(countByArm(outcomes)).toEqual(await armSizes(config, everyOther(users(20))));
  });
});

describe("the example worker", () => {
  /** Hands everything on to Bakeoff, and keeps what was posted. */
  async function startRecorder() {
    const posted: { path: string; body: unknown }[] = [];
    const headers = { authorization: `Bearer ${secrets.server}`, "content-type": "application/json" };
    const recorder = await startStubServer(({ path, method, body }) => {
      if (method === "POST") posted.push({ path, body: JSON.parse(body) });
      return fetch(`${server.api}${path}`, { method, headers, ...(method === "POST" && { body }) });
    });
    return { ...recorder, posted };
  }

  it("streams answers, and delivers exposure, outcome and feedback of each behind them", async () => {
    const { config, experiment } = await prepare("worker");
    const folder = await project.install("worker");
    await runIn(folder, [tool("wrangler"), "deploy", "--dry-run", "--outdir", "dist"]);
    const recorder = await startRecorder();
    const bundle = join(folder, "dist/index.js");
    const worker = new Miniflare(
      convertV4MiniflareOptions({
        cf: false,
        workers: [
          {
            name: "bakeoff-example",
            compatibilityDate: "2026-10-01",
            modulesRoot: join(folder, "dist"),
            modules: [{ type: "ESModule", path: bundle }],
            bindings: { ...environmentOf(config, "server"), BAKEOFF_URL: recorder.url },
          },
        ],
      }),
    );
    const ask = (path: string, init = {}) => worker.dispatchFetch(`http://app.test${path}`, init);
    try {
      for (const unit of users(8)) {
        const answer = await ask(`/answer?user=${unit}&question=Where+is+my+parcel%3F`);
        expect([answer.status, await answer.text()]).toEqual([200, "Hello"]);
        const handle = answer.headers.get("bakeoff-handle");
        const method = "POST";
        const body = (text: string | null) => ({ method, body: `helpful=true&handle=${text}` });
        expect((await ask("/feedback", body(handle))).status).toBe(202);
        expect((await ask("/feedback", body("forged"))).status).toBe(400);
      }
      expect((await ask("/answer?user=ann")).status).toBe(400);
      expect((await ask("/")).status).toBe(404);

      const outcomes = await outcomesOf(experiment, { units: 8, events: 16 });
      const sizes = await armSizes(config, users(8));
      expect(countByArm(outcomes)).toEqual(times(2, sizes));
      const runs = outcomes.filter(({ metrics }) => "latency_ms" in metrics);
      expect(runs).toHaveLength(8);
      for (const { metrics } of runs) expect(metrics).toMatchObject({ ...TOKENS, error: 0 });
      const exposures = z.object({ exposures: z.array(z.object({ unit: z.string() })) });
      const exposed = recorder.posted
        .filter(({ path }) => path === "/v1/exposures")
        .flatMap(({ body }) => exposures.parse(body).exposures.map(({ unit }) => unit));
      expect(exposed.sort()).toEqual(users(8));
    } finally {
      await worker.dispose();
    }
  });
});

describe.skipIf(!HAS_BROWSER)("the example browser", () => {
  it("shows an answer, and what was clicked reaches Bakeoff when the page is left", async () => {
    const { config, experiment } = await prepare("browser");
    const folder = await project.install("browser");
    const { BAKEOFF_SERVER_KEY: _, ...forPages } = environmentOf(config, "client");
    const settings = Object.entries(forPages).map(([name, value]) => [`VITE_${name}`, value]);
    await runIn(folder, [tool("vite"), "build"], Object.fromEntries(settings));
    const site = await preview({ root: folder, configFile: false, preview: { port: 0 } });
    const browser = await sharedBrowser();
    try {
      const [address = ""] = site.resolvedUrls?.local ?? [];
      const context = await browser.newContext();
      const told: string[] = [];
      context.on("request", (request) => void told.push(new URL(request.url()).pathname));
      context.on("weberror", (error) => void told.push(error.error().message));
      context.on("response", async (response) => {
        if (response.url().endsWith("/v1/assign")) told.push(await response.text());
      });
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MILLISECONDS);
      await page.goto(address);
      await page.getByLabel("Your question").fill("Where is my parcel?");
      await page.getByRole("button", { name: "Ask" }).click();
      await page.getByText(/^Version [12] with gpt-4.1(-mini)? on “Where is my parcel\?”/).waitFor();
      await page.getByRole("button", { name: "Yes" }).click();
      await page.getByText("Thank you.").waitFor();
      const unit = await page.evaluate(() => localStorage.getItem("visitor"));
      // The exposure alone: events wait for half a minute, or for the end of the page.
      expect(told).not.toContain("/v1/events");
      await page.goto("about:blank");

      const outcomes = await outcomesOf(experiment, { units: 1, events: 2 });
      expect(outcomes.map(({ metrics }) => metrics)).toEqual([
        { latency_ms: expect.any(Number), error: 0 },
        { task_success: 1 },
      ]);
      expect(countByArm(outcomes)).toEqual(times(2, await armSizes(config, [String(unit)])));
      expect(told.join()).not.toMatch(/Answer in two sentences|Error/);
      expect(told.join()).toContain('"model":"gpt-4.1');
    } finally {
      await site.close();
    }
  });
});
