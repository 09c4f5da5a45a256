import { GrowthBookClient } from "@growthbook/growthbook";
import {
  createBatchEventProcessor,
  createInstance,
  createStaticProjectConfigManager,
} from "@optimizely/optimizely-sdk";
import { InMemStorageProvider, Unleash } from "unleash-client";

/** What a unit gets, synchronously. @returns the key of its arm */
export type Decide = (unit: string) => string | null | undefined;

/** GrowthBook's for servers: one instance, the user's attributes with every call, each exposure tracked once. */
export function growthbook(): Decide {
  const tracked = new Map<string, Set<string>>();
  const toSend: unknown[] = [];
  const client = new GrowthBookClient({
    trackingCallback({ key }, { hashValue, variationId }) {
      const units = tracked.get(key) ?? new Set();
      if (units.has(hashValue)) return;
      tracked.set(key, units.add(hashValue));
      toSend.push({ key, hashValue, variationId });
    },
  });
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

/** Optimizely's: a static datafile, a user context per call, `decide`; decision events in batches to nowhere. */
export function optimizely(): Decide {
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
  const eventProcessor = createBatchEventProcessor({
    eventDispatcher: { dispatchEvent: async () => ({ statusCode: 200 }) },
  });
  const client = createInstance({ projectConfigManager, eventProcessor });
  return (unit) => client.createUserContext(unit).decide("answer").variationKey;
}

/** Unleash's: bootstrapped, without polling; its metrics count toggles and variants. The variant sticks to the user. */
export async function unleash(): Promise<Decide> {
  const arm = (name: string) => ({ name, weight: 500, weightType: "variable", stickiness: "userId" });
  const client = new Unleash({
    url: "http://127.0.0.1:9/",
    appName: "bench",
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
