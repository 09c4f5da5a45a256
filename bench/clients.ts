import { GrowthBookClient } from "@growthbook/growthbook";
import { createInstance, createStaticProjectConfigManager } from "@optimizely/optimizely-sdk";
import { InMemStorageProvider, Unleash } from "unleash-client";
import { createBakeoff } from "../sdk/src/index.ts";
import { rulesetDocument, rulesetExperiment } from "../test/support/ruleset-builder.ts";

/*
 * Decisions per second in process: ours and those of three other clients on the same experiment (two arms, 50/50,
 * everybody takes part) and the same units, each from a document in memory and called as its users call it. Only ours
 * reports exposures; the others are spared that: no event processor, no metrics, a tracking callback that does nothing.
 */
const UNITS = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
/** Many short rounds: the best one is that which nothing else on the machine has disturbed. */
const ROUNDS = 40;

type Decide = (unit: string) => unknown;

/** The whole client in local mode, `await` and exposures included. */
function ours(): Decide {
  const bakeoff = createBakeoff({
    url: "https://bakeoff.test",
    key: "bk_client_bench",
    mode: "local",
    ruleset: rulesetDocument(rulesetExperiment("bench", [0.5, 0.5])),
    refreshMs: Number.POSITIVE_INFINITY,
    capacity: UNITS.length,
    fetch: async (_, { body = "" }) =>
      Response.json({ accepted: JSON.parse(body).exposures.length, rejected: [], warnings: [] }),
  });
  const fallback = { model: "model-1" };
  return (unit) => bakeoff.assign("answer", { unit, fallback });
}

/** Their client for servers: one instance, the attributes of the user with every call. */
function growthbook(): Decide {
  const client = new GrowthBookClient({ trackingCallback: () => {} });
  client.initSync({
    payload: {
      features: {
        answer: {
          defaultValue: "arm-0",
          rules: [
            {
              key: "bench",
              seed: "bench",
              hashVersion: 2,
              coverage: 1,
              weights: [0.5, 0.5],
              variations: ["arm-0", "arm-1"],
            },
          ],
        },
      },
    },
  });
  return (unit) => client.evalFeature("answer", { attributes: { id: unit } }).value;
}

/** A static datafile, a user context per call, `decide`. Without an event processor nothing is sent. */
function optimizely(): Decide {
  const arm = (id: string, key: string) => ({ id, key, featureEnabled: true, variables: [] });
  const datafile = {
    version: "4",
    accountId: "1",
    projectId: "1",
    revision: "1",
    rollouts: [],
    audiences: [],
    typedAudiences: [],
    attributes: [],
    groups: [],
    events: [],
    featureFlags: [{ id: "10", key: "answer", rolloutId: "", experimentIds: ["20"], variables: [] }],
    experiments: [
      {
        id: "20",
        key: "bench",
        layerId: "40",
        status: "Running",
        audienceIds: [],
        forcedVariations: {},
        variations: [arm("31", "arm-0"), arm("32", "arm-1")],
        trafficAllocation: [
          { entityId: "31", endOfRange: 5_000 },
          { entityId: "32", endOfRange: 10_000 },
        ],
      },
    ],
  };
  const projectConfigManager = createStaticProjectConfigManager({ datafile: JSON.stringify(datafile) });
  const client = createInstance({ projectConfigManager });
  return (unit) => client.createUserContext(unit).decide("answer").variationKey;
}

/** Bootstrapped, without polling and without metrics; the variant sticks to the user. */
async function unleash(): Promise<Decide> {
  const arm = (name: string) => ({ name, weight: 500, weightType: "variable", stickiness: "userId" });
  const client = new Unleash({
    url: "http://127.0.0.1:9/",
    appName: "bench",
    disableMetrics: true,
    refreshInterval: 0,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: {
      data: [
        {
          name: "answer",
          type: "experiment",
          enabled: true,
          project: "default",
          stale: false,
          impressionData: false,
          strategies: [
            {
              name: "flexibleRollout",
              constraints: [],
              parameters: { rollout: "100", stickiness: "userId", groupId: "answer" },
            },
          ],
          variants: [arm("arm-0"), arm("arm-1")],
        },
      ],
    },
  });
  // Nobody answers at that address, which is as it should be.
  client.on("error", () => {});
  client.on("warn", () => {});
  await new Promise((resolve) => client.once("ready", resolve));
  return (unit) => client.getVariant("answer", { userId: unit }).name;
}

async function perSecond(decide: Decide): Promise<number> {
  const started = performance.now();
  for (const unit of UNITS) {
    const decision = decide(unit);
    // Only what is asynchronous is waited for.
    if (decision instanceof Promise) await decision;
  }
  return UNITS.length / ((performance.now() - started) / 1_000);
}

/** The arm in a decision, which only we answer as an object. */
const armOf = (decision: unknown): unknown =>
  typeof decision === "object" && decision !== null ? Reflect.get(decision, "variant") : decision;

/** A comparison is worth something only when everybody really splits. */
async function checkSplit(name: string, decide: Decide): Promise<void> {
  const arms = (await Promise.all(UNITS.map(decide))).map(armOf);
  const share = arms.filter((arm) => arm === "arm-1").length / UNITS.length;
  const isSplit = arms.every((arm) => arm === "arm-0" || arm === "arm-1") && Math.abs(share - 0.5) < 0.02;
  if (!isSplit) throw new Error(`${name} does not split 50/50: ${share} of all units are in arm-1`);
}

const fresh = ours();
await fresh("the first call loads the assigner");
console.log(`assign(), every unit new: ${Math.round(await perSecond(fresh))} per second`);

const clients: Record<string, Decide> = {
  "assign()": ours(),
  "GrowthBook's SDK": growthbook(),
  "Optimizely's SDK": optimizely(),
  "Unleash's client": await unleash(),
};
for (const [name, decide] of Object.entries(clients)) await checkSplit(name, decide);

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, decide] of Object.entries(clients)) {
    best.set(name, Math.max(best.get(name) ?? 0, await perSecond(decide)));
  }
}
const own = best.get("assign()") ?? 0;
for (const [name, rate] of best) {
  console.log(`${name}: ${Math.round(rate)} per second, ratio ${(own / rate).toFixed(1)}`);
}
process.exit(0);
