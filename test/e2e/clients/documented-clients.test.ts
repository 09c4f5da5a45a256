import * as openaiCompatible from "@ai-sdk/openai-compatible";
import * as growthbook from "@growthbook/growthbook";
import * as ofrepProvider from "@openfeature/ofrep-provider";
import * as ofrepWebProvider from "@openfeature/ofrep-web-provider";
import * as serverSdk from "@openfeature/server-sdk";
import * as webSdk from "@openfeature/web-sdk";
import * as ai from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assignOne } from "#contract/assignment.ts";
import { postEvents } from "#contract/events.ts";
import { postPause } from "#contract/experiments.ts";
import { getResults } from "#contract/results.ts";
import * as bakeoffAi from "#sdk/ai.ts";
import * as bakeoffSdk from "#sdk/index.ts";
import { createConfig } from "#test/e2e/support/create-config.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { documentedCode, runDocumented } from "#test/e2e/support/documented-code.ts";
import { startExperiment } from "#test/e2e/support/served-experiment.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";
import { startStubProvider } from "#test/e2e/support/stub-provider.ts";

const CONFIG = "support-answer";

const modules: Record<string, unknown> = {
  "@ai-sdk/openai-compatible": openaiCompatible,
  ai,
  "bakeoff-sdk": bakeoffSdk,
  "bakeoff-sdk/ai": bakeoffAi,
  "@growthbook/growthbook": growthbook,
  "@openfeature/ofrep-provider": ofrepProvider,
  "@openfeature/ofrep-web-provider": ofrepWebProvider,
  "@openfeature/server-sdk": serverSdk,
  "@openfeature/web-sdk": webSdk,
};

let server: TestServer;
let provider: Awaited<ReturnType<typeof startStubProvider>>;
let replacements: Record<string, string>;

beforeAll(async () => {
  [server, provider] = await Promise.all([TestServer.start(), startStubProvider()]);
  replacements = {
    "https://bakeoff.example.com": server.api,
    "https://api.openai.com/v1": provider.url,
    "bk_client_…": await createKey(server.admin, "client"),
    "bk_server_…": await createKey(server.admin, "server"),
    // Waiting for what a page would wait for takes a test too long.
    "5_000": "200",
  };
  await createConfig(server.admin, "everybody-answer", 2);
  await startExperiment(server.admin, "everybody-answer", "everybody", [0.5, 0.5], { unvouched: "exclude" });
  await createConfig(server.admin, CONFIG, 2);
  await startExperiment(server.admin, CONFIG, "models", [0.5, 0.5], {
    condition: { country: "CA" },
    unvouched: "exclude",
  });
});

/** What a server hands to the page of a user that it knows. */
async function signed(userId: string | number): Promise<{ userId: string | number; unitToken: string }> {
  const backend = bakeoffSdk.createBakeoff({ url: server.api, key: replacements["bk_server_…"] ?? "" });
  return { userId, unitToken: await backend.signUnit(userId, Date.now() + 3_600_000) };
}

afterAll(async () => {
  await serverSdk.OpenFeature.close();
  await webSdk.OpenFeature.close();
});

async function expectedFor(unit: string) {
  const body = { config: CONFIG, unit, attributes: { country: "CA" } };
  return server.admin.call(assignOne, { body });
}

async function analysis() {
  return (await server.admin.call(getResults, { params: { key: "models" } })).analysis;
}

it.each([
  ["@openfeature/ofrep-provider", "server-user"],
  ["@openfeature/ofrep-web-provider", "page-user"],
])("what is documented for %s evaluates, and its outcomes are counted", async (module, userId) => {
  const names = ["value", "variant", "flagMetadata"];
  const found = await runDocumented(
    documentedCode(module),
    replacements,
    { modules, ...(await signed(userId)) },
    names,
  );
  const { version, variant } = await expectedFor(userId);
  expect(found).toMatchObject({
    value: { model: `model-${version}` },
    variant,
    flagMetadata: { experiment: "models", phase: 0, version },
  });
  const before = (await analysis()).events;
  await runDocumented(
    documentedCode("if (flagMetadata.experiment)"),
    replacements,
    { ...found, ...(await signed(userId)) },
    [],
  );
  await untilItWorks(async () => expect((await analysis()).events).toBe(before + 1), PATIENCE_MILLISECONDS);
});

describe("for everybody, whatever their country", () => {
  const config = "everybody-answer";

  const results = async () =>
    (await server.admin.call(getResults, { params: { key: "everybody" } })).analysis;

  const versionOf = async (unit: string) =>
    (await server.admin.call(assignOne, { body: { config, unit } })).version;

  const callYourModel = ({ model = "" }) => `an answer of ${model}`;

  /** Runs code that makes one new unit, and waits until that and its outcomes are counted. */
  async function runAndCount(code: string, scope: { userId: string }, names: string[], outcomes: number) {
    const before = await results();
    const texts = { ...replacements, [CONFIG]: config };
    const found = await runDocumented(code, texts, { modules, callYourModel, ...scope }, names);
    const expected = { units: before.units + 1, events: before.events + outcomes, multipleExposureUnits: 0 };
    await untilItWorks(async () => expect(await results()).toMatchObject(expected), PATIENCE_MILLISECONDS);
    return found;
  }

  async function expectCallOf(unit: string) {
    const version = await versionOf(unit);
    const system = { role: "system", content: `Answer in style ${version}.` };
    const expected = { model: `model-${version}`, messages: [system, { role: "user" }] };
    expect(provider.requests.at(-1)).toMatchObject(expected);
  }

  it("what is documented for the SDK assigns, measures, and logs the run and what became of it", async () => {
    const userId = "sdk-user";
    const found = await runAndCount(documentedCode("bakeoff.run("), { userId }, ["result"], 2);
    expect(found).toEqual({ result: `an answer of model-${await versionOf(userId)}` });
  });

  it("what is documented for the AI SDK calls what the version says, and logs the run and what became of it", async () => {
    const scope = { userId: "ai-sdk-user", apiKey: "stub" };
    const found = await runAndCount(documentedCode("bakeoffMiddleware("), scope, ["text"], 2);
    expect(found).toEqual({ text: "Hello" });
    await expectCallOf(scope.userId);
  });
});

it("what is documented for GrowthBook counts a user whose id is a number as the unit of its digits", async () => {
  const userId = 12_345;
  const { units, events } = await analysis();
  const code = documentedCode("@growthbook/growthbook");
  const names = ["growthbook", "experiment", "experimentResult"];
  const found = await runDocumented(code, replacements, { modules, ...(await signed(userId)) }, names);
  await untilItWorks(async () => expect((await analysis()).units).toBe(units + 1), PATIENCE_MILLISECONDS);
  const { variant } = await expectedFor(String(userId));
  expect(found.experimentResult).toMatchObject({ key: variant, hashValue: userId });
  const outcome = { id: "number", experiment: "models", variant, unit: userId, metrics: { task_success: 1 } };
  await server.admin.call(postEvents, { body: { events: [outcome] } });
  await untilItWorks(
    async () => expect(await analysis()).toMatchObject({ units: units + 1, events: events + 1 }),
    PATIENCE_MILLISECONDS,
  );
  if (found.growthbook instanceof growthbook.GrowthBook) found.growthbook.destroy();
});

it("what is documented for GrowthBook evaluates, reports the exposure, and hears of a pause", async () => {
  const userId = "growthbook-user";
  const { units } = await analysis();
  const code = documentedCode("@growthbook/growthbook");
  const names = ["growthbook", "value", "experiment", "experimentResult"];
  const found = await runDocumented(code, replacements, { modules, ...(await signed(userId)) }, names);
  await untilItWorks(async () => expect((await analysis()).units).toBe(units + 1), PATIENCE_MILLISECONDS);
  const { version, variant } = await expectedFor(userId);
  expect(found).toMatchObject({
    value: { model: `model-${version}` },
    experiment: { key: "models", phase: "0" },
    experimentResult: { key: variant, hashValue: userId },
  });

  const instance = found.growthbook;
  if (!(instance instanceof growthbook.GrowthBook)) throw new Error("the example has made no instance");
  await server.admin.call(postPause, { params: { key: "models" } });
  await untilItWorks(
    async () => expect(instance.evalFeature(CONFIG).source).toBe("defaultValue"),
    PATIENCE_MILLISECONDS,
  );
  instance.destroy();
  expect((await analysis()).multipleExposureUnits).toBe(0);
});
