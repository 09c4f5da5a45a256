import { ApiError } from "#contract/client.ts";
import { putLiveVersion } from "#contract/configs.ts";
import {
  getExperiment,
  patchExperiment,
  postExclusion,
  postPause,
  postPromotion,
  postResume,
  postRollback,
  postStop,
} from "#contract/experiments.ts";
import { postQuarantine } from "#contract/keys.ts";
import { eraseSome } from "./erasing.ts";
import { createAppKey, nextExperiment, type Slot, VARIANTS, type World } from "./model.ts";
import type { Choices } from "./random.ts";
import { isTransient, untilAnswered } from "./requests.ts";

const STRETCH_MILLISECONDS = 5_000;

/** Out of a hundred acts. */
const ACTS = [
  [30, "pause"],
  [42, "resume"],
  [12, "grow"],
  [2, "promote"],
  [1, "roll back"],
  [1, "stop"],
  [10, "exclude"],
  [2, "quarantine"],
] as const;

function chooseAct(choices: Choices): (typeof ACTS)[number][1] {
  let place = choices.below(100);
  for (const [share, act] of ACTS) {
    if (place < share) return act;
    place -= share;
  }
  return "resume";
}

async function quarantine(world: World, choices: Choices): Promise<void> {
  const place = choices.below(world.keys.length);
  const key = world.keys[place];
  if (!key) return;
  for (const { experiment } of world.slots) experiment.isCutDown = true;
  world.quarantined.add(key.id);
  const body = { from: Date.now() - choices.below(10_000), reason: "somebody has published it" };
  await world.admin.call(postQuarantine, { params: { id: key.id }, body });
  world.keys[place] = await createAppKey(world);
}

async function carryOut(world: World, { experiment }: Slot, act: string, choices: Choices): Promise<void> {
  const { admin } = world;
  const params = { key: experiment.key };
  const reason = "a person says so";
  if (act === "pause") await admin.call(postPause, { params, body: { reason } });
  if (act === "resume") await admin.call(postResume, { params, body: { reason } });
  if (act === "grow") await admin.call(patchExperiment, { params, body: { coverage: 1 } });
  if (act === "roll back") await admin.call(postRollback, { params, body: { reason } });
  if (act === "stop") await admin.call(postStop, { params, body: { reason } });
  if (act === "quarantine") await quarantine(world, choices);
  if (act === "promote")
    await admin.call(postPromotion, { params, body: { reason, variant: choices.from(VARIANTS) } });
  if (act === "exclude") {
    experiment.isCutDown = true;
    const until = Date.now() - choices.below(10_000);
    const body = { from: until - STRETCH_MILLISECONDS, until, reason };
    await admin.call(postExclusion, { params, body });
  }
}

/** Does something that may be refused, or get no answer. */
async function attempt(world: World, act: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    world.journal.count(`acts: ${act}`);
  } catch (cause) {
    const isRefused = cause instanceof ApiError && [409, 422].includes(cause.status);
    if (!isTransient(cause) && !isRefused) throw cause;
  }
}

/** Asks for the erasure of one of an experiment's units. */
export async function eraseOne(world: World, choices: Choices): Promise<void> {
  const { experiment } = choices.from(world.slots);
  await attempt(world, "erase", () => eraseSome(world, experiment, choices));
}

/** Does what a person might, to one experiment. What is not possible just then is refused, and that is all. */
export async function actOnSome(world: World, choices: Choices): Promise<void> {
  const slot = choices.from(world.slots);
  const act = chooseAct(choices);
  world.journal.step(`${act} ${slot.experiment.key}`);
  await attempt(world, act, () => carryOut(world, slot, act, choices));
}

/** Looks at an experiment; after its end the slot begins the next one, some time with another version live. */
export async function observe(world: World, slot: Slot, choices: Choices): Promise<void> {
  const { admin, journal } = world;
  const { experiment } = slot;
  const found = await untilAnswered(() => admin.call(getExperiment, { params: { key: experiment.key } }));
  for (const { variant } of found.switchedOff) {
    if (experiment.seenSwitchedOff.has(variant)) continue;
    experiment.seenSwitchedOff.set(variant, Date.now());
    journal.step(`${experiment.key}: ${variant} is switched off`);
    journal.count("switched off");
  }
  const { conclusion, spec } = found;
  if (!conclusion) return;
  experiment.seenEnded = Date.now();
  journal.step(`${experiment.key} ended: ${conclusion.action} ${conclusion.variant} by ${conclusion.actor}`);
  journal.count(`ended: ${conclusion.action} by ${conclusion.actor.split(":")[0]}`);
  const promoted = spec.variants.find(({ key }) => key === conclusion.variant);
  if (conclusion.action === "promote" && promoted) slot.liveVersion = promoted.version;
  if (choices.happens(0.2)) {
    slot.liveVersion = 1 + choices.below(3);
    const body = { version: slot.liveVersion, reason: "a person says so" };
    await untilAnswered(() => admin.call(putLiveVersion, { params: { key: slot.config }, body }));
  }
  slot.generation += 1;
  world.ended.push(experiment);
  slot.experiment = await nextExperiment(world, slot, choices);
}
