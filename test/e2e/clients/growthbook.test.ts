import { GrowthBook } from "@growthbook/growthbook";
import { beforeAll, describe, expect, it } from "vitest";
import { assignOne } from "#contract/assignment.ts";
import { exposureReceiptSchema } from "#contract/exposures.ts";
import { growthbookPayloadSchema } from "#contract/growthbook.ts";
import { getResults, getVerification } from "#contract/results.ts";
import { createConfig } from "#test/e2e/support/create-config.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { startExperiment } from "#test/e2e/support/served-experiment.ts";
import { TestServer } from "#test/e2e/support/server.ts";

let server: TestServer;
let clientKey: string;

beforeAll(async () => {
  server = await TestServer.start();
  clientKey = await createKey(server.admin, "client");
  await createConfig(server.admin, "plain", 1);
  await createConfig(server.admin, "answer", 3);
  await startExperiment(server.admin, "answer", "models", [0.2, 0.3, 0.5], {
    coverage: 0.8,
    namespace: { name: "layer", range: [0, 0.9] },
  });
});

function read(key: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.api}/api/features/${key}`, { headers });
}

interface Exposure {
  experiment: string;
  unit: string;
  variant: string;
  phase: number;
}

/** The snippet of docs/clients.md, with the exposures gathered for one request. */
async function growthbookFor(unit: string, exposures: Exposure[]): Promise<GrowthBook> {
  const growthbook = new GrowthBook({
    apiHost: server.api,
    clientKey,
    attributes: { id: unit },
    trackingCallback: (experiment, result) => {
      exposures.push({
        experiment: experiment.key,
        unit: result.hashValue,
        variant: result.key,
        phase: Number(experiment.phase),
      });
    },
  });
  await growthbook.init();
  return growthbook;
}

describe("GrowthBook's SDK", () => {
  it("fetches its payload and gives each unit the variant of /v1/assign, and reports whom it exposed", async () => {
    const exposures: Exposure[] = [];
    let outside = 0;
    for (let index = 0; index < 60; index++) {
      const unit = `ünit-${index}`;
      const growthbook = await growthbookFor(unit, exposures);
      const { value, experimentResult } = growthbook.evalFeature("answer");
      const assigned = await server.admin.call(assignOne, { body: { config: "answer", unit } });
      expect(value).toEqual({ model: `model-${assigned.version}` });
      expect(experimentResult?.inExperiment ? experimentResult.key : null).toBe(assigned.variant);
      expect(growthbook.getFeatureValue("plain", {})).toEqual({ model: "model-1" });
      if (assigned.variant === null) outside += 1;
      growthbook.destroy();
    }
    expect(outside).toBeGreaterThan(0);
    expect(exposures).toHaveLength(60 - outside);

    const receipt = await fetch(`${server.api}/v1/exposures`, {
      method: "POST",
      headers: { authorization: `Bearer ${clientKey}`, "content-type": "application/json" },
      body: JSON.stringify({ exposures }),
    });
    expect(exposureReceiptSchema.parse(await receipt.json())).toEqual({
      accepted: exposures.length,
      rejected: [],
      warnings: [],
    });
    // The server saw the same units through /v1/assign: had a single variant differed, that unit would have multiple exposures.
    const { analysis } = await server.admin.call(getResults, { params: { key: "models" } });
    expect(analysis).toMatchObject({ units: exposures.length, multipleExposureUnits: 0 });
    const verified = await server.admin.call(getVerification, { params: { key: "models" } });
    expect(verified).toMatchObject({ agrees: true, units: exposures.length });
  });
});

describe("the payload's address", () => {
  it("is public for a while, revalidated by its tag, and open to every origin", async () => {
    const first = await read(clientKey);
    const payload = growthbookPayloadSchema.parse(await first.json());
    expect(Object.keys(payload.features).sort()).toEqual(["answer", "plain"]);
    expect(JSON.stringify(payload)).not.toContain("Answer in style");
    expect(first.headers.get("cache-control")).toMatch(/^public, max-age=5/);
    expect(first.headers.get("vary")).toBeNull();
    expect(first.headers.get("access-control-allow-origin")).toBe("*");
    const etag = first.headers.get("etag") ?? "none";
    expect((await read(clientKey, { "if-none-match": etag })).status).toBe(304);
  });

  it("takes client keys only: whatever stands in an address is no secret any more", async () => {
    for (const scope of ["server", "read", "admin"] as const) {
      const refused = await read(await createKey(server.admin, scope));
      expect([refused.status, await refused.json()]).toMatchObject([403, { code: "scope_not_allowed" }]);
    }
    for (const stranger of ["bk_client_wrong", "x".repeat(1_000), "%F0%28"]) {
      const refused = await read(stranger, { authorization: `Bearer ${clientKey}` });
      expect([refused.status, await refused.json()], stranger).toMatchObject([401, { code: "unknown_key" }]);
    }
  });
});
