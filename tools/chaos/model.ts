import type { ApiClient } from "#contract/client.ts";
import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { postKey } from "#contract/keys.ts";
import type { Journal } from "./journal.ts";
import { Choices } from "./random.ts";
import { chaosClient, untilAnswered } from "./requests.ts";
import type { ChaosServer } from "./server.ts";

export const VARIANTS = ["control", "second", "third"] as const;
const UNITS_OF_EXPERIMENT = 400;
const KEYS = 3;

/** An erasure that was promised, and the events that the unit had before it was asked for. */
interface PromisedErasure {
  id: string;
  events: ReadonlySet<string>;
}

/** An event as it was sent, and what is known of it. */
export interface SentEvent {
  id: string;
  experiment: string;
  unit: string;
  variant?: string;
  phase?: number;
  timestamp?: number;
  metrics: Record<string, number>;
}

/** A server key; what comes by one may be quarantined. */
export interface AppKey {
  id: string;
  secret: string;
}

/** Events that are sent together. */
export interface Batch {
  events: SentEvent[];
  key: AppKey;
}

/** One experiment, as its clients know it. */
export interface ModelExperiment {
  key: string;
  config: string;
  isAdaptive: boolean;
  shards: number;
  /** How likely each variant's events report an error, or a success. */
  truth: Record<string, { error: number; success: number }>;
  /** By phase and unit, as `<phase>/<unit>`: what assignments said. */
  assigned: Map<string, string>;
  acknowledged: Map<string, SentEvent>;
  /** The key that an event always comes by, by its id. */
  acknowledgedBy: Map<string, AppKey>;
  /** Refused, or not answered at all: may have been recorded by an attempt that got no answer. */
  uncertain: Map<string, SentEvent>;
  /** Units that somebody has asked to erase. */
  erased: Set<string>;
  erasures: PromisedErasure[];
  /** Keyed hashes by unit, as the log told them. */
  hashes: Map<string, string>;
  /** When a client first knew, epoch milliseconds, by variant. */
  seenSwitchedOff: Map<string, number>;
  seenEnded: number | undefined;
  /** Left out of some totals, so that sums over all events say nothing. */
  isCutDown: boolean;
  hasSeenFaults: boolean;
  isChecked: boolean;
}

export interface Slot {
  config: string;
  generation: number;
  /** The live version, as the last promotion says. */
  liveVersion: number;
  experiment: ModelExperiment;
}

/** Everything that the run knows of the installation. */
export interface World {
  server: ChaosServer;
  journal: Journal;
  admin: ApiClient;
  slots: Slot[];
  ended: ModelExperiment[];
  keys: AppKey[];
  /** Ids of keys. What came by them counts nowhere. */
  quarantined: Set<string>;
  secrets: string[];
  /** What waits to be sent again. */
  pending: Batch[];
  eventNumber: number;
  isCalm: boolean;
}

export const unitOf = (experiment: ModelExperiment, number: number): string => `${experiment.key}-u${number}`;
export const anyUnit = (experiment: ModelExperiment, choices: Choices): string =>
  unitOf(experiment, choices.below(UNITS_OF_EXPERIMENT));

const METRICS = [
  { metric: "task_success", role: "primary" },
  { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
  { metric: "latency_ms", role: "secondary" },
  { metric: "cost_usd", role: "secondary" },
  { metric: "refusal", role: "secondary", windowSeconds: 60 },
];

/** Creates and starts the slot's next experiment; repeats what got no answer. */
export async function nextExperiment(
  { admin, journal, isCalm }: World,
  slot: Pick<Slot, "config" | "generation" | "liveVersion">,
  choices: Choices,
): Promise<ModelExperiment> {
  const number = Number(slot.config.split("-").at(-1));
  const key = `${slot.config}-e${slot.generation}`;
  const isAdaptive = number % 2 === 1;
  const shards = number % 4 < 2 ? 1 : 4;
  const others = [1, 2, 3].filter((version) => version !== slot.liveVersion);
  const versions = [slot.liveVersion, ...others];
  const isHarmful = !isCalm && choices.happens(0.3);
  const hasWinner = !isCalm && choices.happens(0.4);
  const truth = Object.fromEntries(
    VARIANTS.map((variant, index) => [
      variant,
      {
        error: isHarmful && index === 1 ? 0.5 : 0.02,
        success: hasWinner && index === 2 ? 0.9 : 0.5,
      },
    ]),
  );
  const input = {
    key,
    kind: "model",
    config: slot.config,
    variants: VARIANTS.map((variant, index) => ({
      key: variant,
      version: versions[index],
      weight: index === 0 ? 0.4 : 0.3,
    })),
    control: "control",
    coverage: choices.happens(0.5) ? 1 : 0.7,
    metrics: METRICS,
    minimumUnits: isCalm ? 1_000_000 : 100,
    minimumDurationSeconds: 0,
    promotion: null,
    analysisIntervalSeconds: 60,
    maximumEventsPerUnit: null,
    shards,
    allocation: isAdaptive ? { type: "adaptive", phaseSeconds: 60 } : { type: "fixed" },
  };
  await untilAnswered(() => admin.call(postExperiment, { body: input })).catch((cause: unknown) =>
    expectCode(cause, "already_exists"),
  );
  await untilAnswered(() => admin.call(postStart, { params: { key } })).catch((cause: unknown) =>
    expectCode(cause, "transition_not_allowed"),
  );
  journal.step(`${key} runs, ${isAdaptive ? "adaptive" : "fixed"}, ${shards} shards`);
  journal.count("experiments");
  return {
    key,
    config: slot.config,
    isAdaptive,
    shards,
    truth,
    assigned: new Map(),
    acknowledged: new Map(),
    acknowledgedBy: new Map(),
    uncertain: new Map(),
    erased: new Set(),
    erasures: [],
    hashes: new Map(),
    seenSwitchedOff: new Map(),
    seenEnded: undefined,
    isCutDown: false,
    hasSeenFaults: false,
    isChecked: false,
  };
}

/** A refusal that an earlier attempt explains, whose answer was lost. @throws any other */
export function expectCode(cause: unknown, ...codes: string[]): void {
  if (!codes.includes(String(Object(cause).code))) throw cause;
}

/** Creates a key; one whose answer was lost stays, and nobody uses it. */
export async function createAppKey({ admin, secrets }: World): Promise<AppKey> {
  const { id, secret } = await untilAnswered(() =>
    admin.call(postKey, { body: { name: "an app", scope: "server" } }),
  );
  secrets.push(secret);
  return { id, secret };
}

/** An installation with as many AI configs, each with an experiment. */
export async function createWorld(
  server: ChaosServer,
  journal: Journal,
  { slots, isCalm, seed }: { slots: number; isCalm: boolean; seed: number },
): Promise<World> {
  const world: World = {
    server,
    journal,
    admin: chaosClient(server, journal),
    slots: [],
    ended: [],
    keys: [],
    quarantined: new Set(),
    secrets: [],
    pending: [],
    eventNumber: 0,
    isCalm,
  };
  for (let number = 0; number < KEYS; number++) world.keys.push(await createAppKey(world));
  const choices = new Choices(seed);
  for (let number = 0; number < slots; number++) {
    const config = `chaos-${number}`;
    await world.admin.call(postConfig, { body: { key: config, value: { model: "one" } } });
    for (const model of ["two", "three"])
      await world.admin.call(postConfigVersion, { params: { key: config }, body: { value: { model } } });
    const slot = { config, generation: 0, liveVersion: 1 };
    world.slots.push({ ...slot, experiment: await nextExperiment(world, slot, choices) });
  }
  return world;
}
