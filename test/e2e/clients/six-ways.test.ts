import { type FeatureApiResponse, GrowthBookClient } from "@growthbook/growthbook";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assign } from "#assigner/assign.ts";
import { prepareRuleset } from "#assigner/prepared-ruleset.ts";
import { assignBatch } from "#contract/assignment.ts";
import { getResults, getVerification } from "#contract/results.ts";
import { getRuleset } from "#contract/ruleset.ts";
import { createBakeoff } from "#sdk/index.ts";
import { createConfig } from "#test/e2e/support/create-config.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { startExperiment } from "#test/e2e/support/served-experiment.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { attributesAt, unitAt } from "#test/support/unit-population.ts";

const UNITS = 100_000;
/** Over HTTP one by one; all of them go through the same handler in test/integration/assignment/ofrep-population.test.ts. */
const UNITS_ONE_BY_ONE = 2_000;
const REQUESTS_AT_ONCE = 8;
const ASSIGNMENTS_PER_REQUEST = 100;
const EXPOSURES_AT_ONCE = 1_000;

const CONFIG = "answer";
const NOWHERE = "none";

let server: TestServer;
let clientKey: string;
/** What `assign()` gives each unit, in process: the others are held against it. */
let expected: string[];

const armOf = (experiment: unknown, variant: unknown) => (experiment ? `${experiment}/${variant}` : NOWHERE);
const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

beforeAll(async () => {
  server = await TestServer.start();
  clientKey = await createKey(server.admin, "client");
  await createConfig(server.admin, CONFIG, 3);
  await startExperiment(server.admin, CONFIG, "three-arms", [0.2, 0.3, 0.5], {
    coverage: 0.7,
    namespace: { name: "layer", range: [0, 0.6] },
    condition: { $or: [{ country: { $in: ["CA", "US"] } }, { age: { $gte: 60 } }] },
  });
  await startExperiment(server.admin, CONFIG, "two-arms", [0.9, 0.1], {
    namespace: { name: "layer", range: [0.6, 1] },
  });
  const ruleset = prepareRuleset(await server.admin.call(getRuleset));
  expected = indices(UNITS).map((index) => {
    const result = assign(ruleset, CONFIG, unitAt(index), attributesAt(index));
    if (!result.ok) throw new Error(result.code);
    return armOf(result.assignment.experiment, result.assignment.variant);
  });
});

afterAll(async () => {
  await OpenFeature.close();
});

/** Works on all batches of indices, some at once. @returns what came of each index, in order */
async function inBatches<Value>(
  count: number,
  size: number,
  work: (batch: number[]) => Promise<Value[]>,
): Promise<Value[]> {
  const results: Value[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const start = next;
      next += size;
      const batch = indices(Math.min(size, count - start)).map((offset) => start + offset);
      for (const [offset, value] of (await work(batch)).entries()) results[start + offset] = value;
    }
  };
  await Promise.all(indices(REQUESTS_AT_ONCE).map(worker));
  return results;
}

function expectSameArms(arms: readonly string[], count = UNITS): void {
  expect(arms).toHaveLength(count);
  const differing = arms.flatMap((arm, index) =>
    arm === expected[index] ? [] : [`${unitAt(index)}: ${arm}`],
  );
  expect(differing).toEqual([]);
}

describe(`each of ${UNITS} units gets the variant of assign()`, () => {
  it("in every arm, and outside", () => {
    const arms = [
      "three-arms/arm-1",
      "three-arms/arm-2",
      "three-arms/arm-3",
      "two-arms/arm-1",
      "two-arms/arm-2",
    ];
    expect(new Set(expected)).toEqual(new Set([...arms, NOWHERE]));
  });

  it("from POST /v1/assign", async () => {
    const arms = await inBatches(UNITS, ASSIGNMENTS_PER_REQUEST, async (batch) => {
      const requests = batch.map((index) => ({
        config: CONFIG,
        unit: unitAt(index),
        attributes: attributesAt(index),
      }));
      const { assignments } = await server.admin.call(assignBatch, { body: { requests } });
      return assignments.map((one) => ("code" in one ? one.code : armOf(one.experiment, one.variant)));
    });
    expectSameArms(arms);
  });

  it.each(["local", "remote"] as const)("from the SDK, %s", async (mode) => {
    const bakeoff = createBakeoff({
      url: server.api,
      key: clientKey,
      mode,
      batchSize: EXPOSURES_AT_ONCE,
      timeoutMs: 20_000,
    });
    const size = mode === "local" ? EXPOSURES_AT_ONCE : ASSIGNMENTS_PER_REQUEST;
    const arms = await inBatches(UNITS, size, async (batch) => {
      const assigned = await Promise.all(
        batch.map((index) =>
          bakeoff.assign(CONFIG, { unit: unitAt(index), attributes: attributesAt(index), fallback: {} }),
        ),
      );
      if (mode === "local") await bakeoff.flush();
      return assigned.map(({ error, experiment, variant }) => error?.code ?? armOf(experiment, variant));
    });
    expectSameArms(arms);
    expect(await bakeoff.close()).toBe(true);
    expect(bakeoff.stats.dropped).toBe(0);
  });

  it(`from OpenFeature's SDK over OFREP, one by one (${UNITS_ONE_BY_ONE} of them)`, async () => {
    const provider = new OFREPProvider({ baseUrl: server.api, headers: [["x-api-key", clientKey]] });
    await OpenFeature.setProviderAndWait(provider);
    const client = OpenFeature.getClient();
    const arms = await inBatches(UNITS_ONE_BY_ONE, 1, async ([index = 0]) => {
      const context = { targetingKey: unitAt(index), ...attributesAt(index) };
      const { errorCode, variant, flagMetadata } = await client.getObjectDetails(CONFIG, {}, context);
      return [errorCode ?? armOf(flagMetadata.experiment, variant)];
    });
    expectSameArms(arms, UNITS_ONE_BY_ONE);
  });

  it("from GrowthBook's SDK", async () => {
    const payload: FeatureApiResponse = await (await fetch(`${server.api}/api/features/${clientKey}`)).json();
    const growthbook = new GrowthBookClient().initSync({ payload });
    const arms = indices(UNITS).map((index) => {
      const attributes = { ...attributesAt(index), id: unitAt(index) };
      const { experiment, experimentResult } = growthbook.evalFeature(CONFIG, { attributes });
      return experimentResult?.inExperiment ? armOf(experiment?.key, experimentResult.key) : NOWHERE;
    });
    expectSameArms(arms);
  });
});

it("so that no unit has multiple exposures, and everybody was counted once", async () => {
  for (const key of ["three-arms", "two-arms"]) {
    const units = expected.filter((arm) => arm.startsWith(`${key}/`)).length;
    const { analysis } = await server.admin.call(getResults, { params: { key } });
    expect(analysis).toMatchObject({ units, multipleExposureUnits: 0 });
    const verified = await server.admin.call(getVerification, { params: { key } });
    expect(verified).toMatchObject({ agrees: true, units });
  }
});
