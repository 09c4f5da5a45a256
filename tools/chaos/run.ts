import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getExperiment } from "#contract/experiments.ts";
import { assignSome, exposeSome } from "./assigning.ts";
import { checkAll } from "./checks.ts";
import { describeCause } from "./describe-cause.ts";
import { awaitErasures } from "./erasing.ts";
import { Journal } from "./journal.ts";
import { findLeaks } from "./judge-log.ts";
import { findGrowth } from "./memory.ts";
import { createWorld, type World } from "./model.ts";
import { actOnSome, eraseOne, observe } from "./people.ts";
import { Choices } from "./random.ts";
import { untilAnswered } from "./requests.ts";
import { sendBatch, sendSome } from "./sending.ts";
import { ADMIN_KEY, ChaosServer } from "./server.ts";
import { endFaults, makeTrouble, ScheduleClock } from "./trouble.ts";

export interface ChaosOptions {
  seed: number;
  /** The folder that the server keeps everything in. */
  data: string;
  milliseconds: number;
  slots?: number;
  /** Between two checks of everything. By default one of steady load comes at its end: it reads all that has been logged. */
  cycleMilliseconds?: number;
  /** Steady load without faults, during which memory must not grow. */
  isCalm?: boolean;
  onProgress?: (text: string) => void;
}

export interface ChaosReport {
  faults: readonly string[];
  steps: readonly string[];
  counts: ReadonlyMap<string, number>;
}

const REBUILD_PATIENCE_MILLISECONDS = 30_000;
/** For sending again what got no answer, once nothing fails any more. */
const REST_PATIENCE_MILLISECONDS = 120_000;
const MEMORY_EVERY_MILLISECONDS = 2_000;
/** So often it is told. */
const TOLD_SAMPLES = 30;
const CYCLE_MILLISECONDS = 45_000;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

type Work = [name: string, milliseconds: number, work: (world: World, choices: Choices) => unknown];

/** Each goes on by itself, with a rest of about so long in between. */
function workOf(clock: ScheduleClock, isCalm: boolean): Work[] {
  const schedule: Work = [
    "schedule",
    isCalm ? 5_000 : 1_500,
    ({ server }, choices) => {
      const runs = choices.happens(0.2) ? 2 : 1;
      for (let run = 0; run < runs; run++) server.runSchedule(clock.next(choices));
    },
  ];
  const steady: Work[] = [
    ["assign", 100, assignSome],
    ["expose", 400, exposeSome],
    ["send", 60, sendSome],
    ["send", 90, sendSome],
    ["observe", 300, (world, choices) => observe(world, choices.from(world.slots), choices)],
    schedule,
  ];
  return isCalm
    ? steady
    : [...steady, ["people", 900, actOnSome], ["erase", 4_000, eraseOne], ["trouble", 2_500, makeTrouble]];
}

/** Runs all work until the time is up, then lets what has begun end. */
async function workUntil(
  deadline: number,
  world: World,
  works: readonly Work[],
  choices: readonly Choices[],
): Promise<void> {
  const loop = async ([name, rest, work]: Work, own: Choices): Promise<void> => {
    while (Date.now() < deadline && world.journal.faults.length === 0) {
      try {
        await work(world, own);
      } catch (cause) {
        world.journal.fault(`${name} failed: ${describeCause(cause)}`);
      }
      await pause(rest * own.between(0.5, 1.5));
    }
  };
  await Promise.all(works.map((work, index) => loop(work, own(choices, index))));
}

function own(choices: readonly Choices[], index: number): Choices {
  const found = choices[index];
  if (!found) throw new Error("every work has choices of its own");
  return found;
}

/** Ends all faults, sends what waits until it is answered, and lets rebuilds end. */
async function comeToRest(world: World, clock: ScheduleClock, choices: Choices): Promise<void> {
  await endFaults(world);
  const patience = Date.now() + REST_PATIENCE_MILLISECONDS;
  while (world.pending.length > 0) {
    if (Date.now() > patience) throw new Error(`${world.pending.length} batches are never taken`);
    for (const batch of world.pending.splice(0)) {
      if (!(await sendBatch(world, batch))) {
        world.pending.push(batch);
        await pause(100);
      }
    }
  }
  for (const slot of world.slots) await observe(world, slot, choices);
  const deadline = Date.now() + REBUILD_PATIENCE_MILLISECONDS;
  for (const { experiment } of world.slots) {
    const isWaiting = async () => {
      const found = await untilAnswered(() =>
        world.admin.call(getExperiment, { params: { key: experiment.key } }),
      );
      return found.rebuildPendingSince !== null && found.conclusion === null;
    };
    while (await isWaiting()) {
      if (Date.now() > deadline) {
        world.journal.fault(`${experiment.key} is not rebuilt`);
        break;
      }
      world.server.runSchedule(clock.next(choices));
      await pause(500);
    }
  }
  await awaitErasures(world, () => world.server.runSchedule(clock.next(choices)));
}

/** Drives a server of its own, and holds what it does against a model of it. It ends at the first fault. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, data, milliseconds, slots = 4, isCalm = false } = options;
  const { cycleMilliseconds = isCalm ? milliseconds : CYCLE_MILLISECONDS } = options;
  const journal = new Journal();
  const clock = new ScheduleClock();
  const deadline = Date.now() + milliseconds;
  const memory: number[] = [];
  const server = await ChaosServer.start(data);
  let isWorking = false;
  const watch = setInterval(async () => {
    const bytes = await server.runtimeMemory();
    if (!isWorking || bytes === undefined) return;
    memory.push(bytes);
    if (isCalm && memory.length % TOLD_SAMPLES === 0)
      options.onProgress?.(`${Math.round(bytes / 1e6)} MB in use`);
  }, MEMORY_EVERY_MILLISECONDS);
  try {
    const world = await createWorld(server, journal, { slots, isCalm, seed });
    const works = workOf(clock, isCalm);
    const choices = works.map((_, index) => new Choices(seed * 100 + index));
    const resting = new Choices(seed * 100 + works.length);
    while (Date.now() < deadline && journal.faults.length === 0) {
      isWorking = true;
      await workUntil(Math.min(deadline, Date.now() + cycleMilliseconds), world, works, choices);
      isWorking = false;
      if (journal.faults.length > 0) break;
      await comeToRest(world, clock, resting);
      await checkAll(world);
      const log = await readFile(join(data, "server.log"), "utf8").catch(() => "");
      for (const fault of findLeaks(log, [ADMIN_KEY, ...world.secrets])) journal.fault(fault);
      options.onProgress?.(
        `${Math.round((deadline - Date.now()) / 60_000)} minutes left; ${[...journal.counts].map(([what, count]) => `${what}: ${count}`).join(", ")}`,
      );
    }
    const growth = findGrowth(memory);
    if (growth) journal.fault(growth);
  } catch (cause) {
    journal.fault(describeCause(cause));
  } finally {
    clearInterval(watch);
    await server.kill();
  }
  return { faults: journal.faults, steps: journal.steps, counts: journal.counts };
}
