import * as growthbook from "@growthbook/growthbook";
import * as ofrepProvider from "@openfeature/ofrep-provider";
import * as ofrepWebProvider from "@openfeature/ofrep-web-provider";
import * as serverSdk from "@openfeature/server-sdk";
import * as webSdk from "@openfeature/web-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { assignmentReply } from "../../../src/model/assignment.ts";
import { experimentResults } from "../../../src/model/decision.ts";
import { experiment } from "../../../src/model/experiment.ts";
import { createConfig, createKey, startExperiment } from "../support/client-fixtures.ts";
import { documentedCode, runDocumented } from "../support/documented-code.ts";
import { TestServer } from "../support/server.ts";
import { untilItWorks } from "../support/server-patience.ts";

const PATIENCE_MILLISECONDS = 20_000;
const CONFIG = "support-answer";

const modules = {
  "@growthbook/growthbook": growthbook,
  "@openfeature/ofrep-provider": ofrepProvider,
  "@openfeature/ofrep-web-provider": ofrepWebProvider,
  "@openfeature/server-sdk": serverSdk,
  "@openfeature/web-sdk": webSdk,
};

let server: TestServer;
let replacements: Record<string, string>;

beforeAll(async () => {
  server = await TestServer.start();
  replacements = {
    "https://bakeoff.example.com": server.api,
    "bk_client_…": await createKey(server.admin, "client"),
    "bk_server_…": await createKey(server.admin, "server"),
    // Waiting for what a page would wait for takes a test too long.
    "5_000": "200",
  };
  await createConfig(server.admin, CONFIG, 2);
  await startExperiment(server.admin, CONFIG, "models", [0.5, 0.5], { condition: { country: "CA" } });
});

afterAll(async () => {
  await serverSdk.OpenFeature.close();
  await webSdk.OpenFeature.close();
  await server.remove();
});

async function expectedFor(unit: string) {
  const body = { config: CONFIG, unit, attributes: { country: "CA" } };
  return server.admin.post("/v1/assign", body, assignmentReply);
}

async function analysis() {
  return (await server.admin.get("/v1/experiments/models/results", experimentResults)).analysis;
}

it.each([
  ["@openfeature/ofrep-provider", "server-user"],
  ["@openfeature/ofrep-web-provider", "page-user"],
])("what is documented for %s evaluates, and its outcomes are counted", async (module, userId) => {
  const names = ["value", "variant", "flagMetadata"];
  const found = await runDocumented(documentedCode(module), replacements, { modules, userId }, names);
  const { version, variant } = await expectedFor(userId);
  expect(found).toMatchObject({
    value: { model: `model-${version}` },
    variant,
    flagMetadata: { experiment: "models", period: 0, version },
  });
  const before = (await analysis()).events;
  await runDocumented(documentedCode("if (flagMetadata.experiment)"), replacements, { ...found, userId }, []);
  await untilItWorks(async () => expect((await analysis()).events).toBe(before + 1), PATIENCE_MILLISECONDS);
});

it("what is documented for GrowthBook evaluates, reports the exposure, and hears of a pause", async () => {
  const userId = "growthbook-user";
  const { units } = await analysis();
  const code = documentedCode("@growthbook/growthbook");
  const names = ["growthbook", "value", "experiment", "experimentResult"];
  const found = await runDocumented(code, replacements, { modules, userId }, names);
  await untilItWorks(async () => expect((await analysis()).units).toBe(units + 1), PATIENCE_MILLISECONDS);
  const { version, variant } = await expectedFor(userId);
  expect(found).toMatchObject({
    value: { model: `model-${version}` },
    experiment: { key: "models", phase: "0" },
    experimentResult: { key: variant, hashValue: userId },
  });

  const instance = found.growthbook;
  if (!(instance instanceof growthbook.GrowthBook)) throw new Error("the example has made no instance");
  await server.admin.post("/v1/experiments/models/pause", {}, experiment);
  await untilItWorks(
    async () => expect(instance.evalFeature(CONFIG).source).toBe("defaultValue"),
    PATIENCE_MILLISECONDS,
  );
  instance.destroy();
  expect((await analysis()).crossedOverUnits).toBe(0);
});
