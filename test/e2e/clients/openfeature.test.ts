import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { ErrorCode, OpenFeature } from "@openfeature/server-sdk";
import { type Hook, ProviderEvents, OpenFeature as WebOpenFeature } from "@openfeature/web-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assignOne } from "#contract/assignment.ts";
import { postEvents } from "#contract/events.ts";
import { postPause } from "#contract/experiments.ts";
import { getResults, getVerification } from "#contract/results.ts";
import { createConfig } from "#test/e2e/support/create-config.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { startExperiment } from "#test/e2e/support/served-experiment.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";

const FALLBACK = { model: "fallback" };

let server: TestServer;
let serverKey: string;
let clientKey: string;

beforeAll(async () => {
  server = await TestServer.start();
  serverKey = await createKey(server.admin, "server");
  clientKey = await createKey(server.admin, "client");
  await createConfig(server.admin, "plain", 1);
  await createConfig(server.admin, "answer", 2);
  await startExperiment(server.admin, "answer", "models", [0.5, 0.5], { condition: { country: "CA" } });
});

afterAll(async () => {
  await OpenFeature.close();
  await WebOpenFeature.close();
});

let domains = 0;

/** Its declaration of `hooks` does not satisfy the strictest reading of optional properties. */
class PageProvider extends OFREPWebProvider {
  override hooks: Hook[] = [];
}

async function serverClient(headers: [string, string][]) {
  const domain = `server-${domains++}`;
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: server.api, headers }));
  return OpenFeature.getClient(domain);
}

/** A page's client, and how the server answered its requests. */
async function webClient(key: string, targetingKey: string, options: { pollInterval?: number } = {}) {
  const domain = `web-${domains++}`;
  const statuses: number[] = [];
  const provider = new PageProvider({
    baseUrl: server.api,
    headers: [["authorization", `Bearer ${key}`]],
    cacheMode: "disabled",
    fetchImplementation: async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    },
    ...options,
  });
  await WebOpenFeature.setContext(domain, { targetingKey, country: "CA" });
  await WebOpenFeature.setProviderAndWait(domain, provider);
  return { client: WebOpenFeature.getClient(domain), statuses };
}

function assignmentOf(unit: string, attributes = {}) {
  return server.admin.call(assignOne, { body: { config: "answer", unit, attributes } });
}

describe("OpenFeature's server SDK over OFREP", () => {
  it("gives every unit what /v1/assign gives it, variant, reason and metadata included", async () => {
    const client = await serverClient([["authorization", `Bearer ${serverKey}`]]);
    for (let index = 0; index < 30; index++) {
      const targetingKey = `ünit-${index}`;
      const country = index % 5 === 0 ? "DE" : "CA";
      const details = await client.getObjectDetails("answer", FALLBACK, { targetingKey, country });
      const assigned = await assignmentOf(targetingKey, { country });
      expect(details).toMatchObject({
        value: assigned.value,
        variant: assigned.variant ?? "live",
        reason: country === "CA" ? "TARGETING_MATCH" : "DEFAULT",
      });
      expect(details.errorCode).toBeUndefined();
      expect(details.flagMetadata).toMatchObject({
        version: assigned.version,
        rulesetVersion: assigned.rulesetVersion,
        ...(assigned.experiment && { experiment: "models", phase: 0 }),
      });
    }
  });

  it("takes the key in X-API-Key too, and hands no prompt to a client key", async () => {
    const [client, trusted] = await Promise.all(
      [clientKey, serverKey].map((key) => serverClient([["x-api-key", key]])),
    );
    const context = { targetingKey: "u" };
    expect(await trusted?.getObjectValue("plain", FALLBACK, context)).toHaveProperty("system_prompt");
    expect(await client?.getObjectValue("plain", FALLBACK, context)).toEqual({ model: "model-1" });
  });

  it("falls back to the app's own value, and says why, whatever goes wrong", async () => {
    const client = await serverClient([["authorization", `Bearer ${serverKey}`]]);
    const stranger = await serverClient([["authorization", "Bearer bk_server_wrong"]]);
    const context = { targetingKey: "u" };
    const failures = [
      [await client.getObjectDetails("nothing", FALLBACK, context), ErrorCode.FLAG_NOT_FOUND],
      [await client.getObjectDetails("answer", FALLBACK, {}), ErrorCode.TARGETING_KEY_MISSING],
      [
        await client.getObjectDetails("answer", FALLBACK, { targetingKey: "x".repeat(1_000) }),
        ErrorCode.INVALID_CONTEXT,
      ],
      [await stranger.getObjectDetails("answer", FALLBACK, context), ErrorCode.GENERAL],
    ] as const;
    for (const [details, errorCode] of failures) {
      expect(details).toMatchObject({ value: FALLBACK, reason: "ERROR", errorCode });
    }
    expect(await client.getBooleanDetails("answer", true, context)).toMatchObject({
      value: true,
      errorCode: ErrorCode.TYPE_MISMATCH,
    });
  });

  it("leaves exposures that the log agrees with, and a variant that outcomes can name", async () => {
    await createConfig(server.admin, "counted", 2);
    await startExperiment(server.admin, "counted", "counted", [0.5, 0.5]);
    const client = await serverClient([["authorization", `Bearer ${serverKey}`]]);
    const units = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    const events = [];
    for (const targetingKey of units) {
      const { variant, flagMetadata } = await client.getObjectDetails("counted", FALLBACK, { targetingKey });
      events.push({
        id: `answer-of-${targetingKey}`,
        experiment: flagMetadata.experiment,
        variant,
        unit: targetingKey,
        metrics: { task_success: 1 },
      });
    }
    const receipt = await server.admin.call(postEvents, { body: { events } });
    expect(receipt).toMatchObject({ accepted: units.length, rejected: [] });
    const results = await server.admin.call(getResults, { params: { key: "counted" } });
    expect(results.analysis).toMatchObject({ units: units.length, multipleExposureUnits: 0 });
    const verified = await server.admin.call(getVerification, { params: { key: "counted" } });
    expect(verified).toMatchObject({ agrees: true, units: units.length });
  });
});

describe("OpenFeature's web SDK over OFREP", () => {
  it("holds every flag after one request, without prompts", async () => {
    const { client, statuses } = await webClient(clientKey, "visitor");
    const assigned = await assignmentOf("visitor", { country: "CA" });
    expect(client.getObjectDetails("answer", FALLBACK)).toMatchObject({
      value: { model: `model-${assigned.version}` },
      variant: assigned.variant,
      reason: "TARGETING_MATCH",
      flagMetadata: { experiment: "models", version: assigned.version },
    });
    expect(client.getObjectValue("plain", FALLBACK)).toEqual({ model: "model-1" });
    expect(client.getObjectDetails("nothing", FALLBACK)).toMatchObject({
      value: FALLBACK,
      errorCode: ErrorCode.FLAG_NOT_FOUND,
    });
    expect(statuses).toEqual([200]);
  });

  it("polls for 304s until something changes, and then takes notice", async () => {
    await createConfig(server.admin, "polled", 2);
    await startExperiment(server.admin, "polled", "polled", [0.5, 0.5]);
    const { client, statuses } = await webClient(clientKey, "visitor", { pollInterval: 50 });
    await untilItWorks(async () => {
      if (statuses.filter((status) => status === 304).length < 3) throw new Error("no 304 yet");
    }, PATIENCE_MILLISECONDS);
    expect(statuses.filter((status) => status !== 304)).toEqual([200]);
    expect(client.getObjectDetails("polled", FALLBACK).reason).toBe("SPLIT");

    const changed = new Promise<readonly string[] | undefined>((resolve) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, (event) => resolve(event?.flagsChanged));
    });
    await server.admin.call(postPause, { params: { key: "polled" } });
    expect(await changed).toEqual(["polled"]);
    expect(client.getObjectDetails("polled", FALLBACK)).toMatchObject({
      variant: "live",
      reason: "DISABLED",
    });
  });

  it("is told at once that its key is wrong", async () => {
    await expect(webClient("bk_client_wrong", "visitor")).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_FATAL,
    });
  });
});

describe("when Bakeoff is down", () => {
  it("apps go on: new evaluations with their own values, pages with what they have", async () => {
    const onServer = await serverClient([["authorization", `Bearer ${serverKey}`]]);
    const { client: onPage } = await webClient(clientKey, "visitor", { pollInterval: 50 });
    const before = onPage.getObjectDetails("answer", FALLBACK);
    const stale = new Promise((resolve) => onPage.addHandler(ProviderEvents.Stale, resolve));
    await server.stop();
    expect(await onServer.getObjectDetails("answer", FALLBACK, { targetingKey: "u" })).toMatchObject({
      value: FALLBACK,
      errorCode: ErrorCode.GENERAL,
    });
    await stale;
    expect(onPage.getObjectDetails("answer", FALLBACK).value).toEqual(before.value);
  });
});
