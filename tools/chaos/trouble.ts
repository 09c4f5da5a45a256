import { aggregatorName } from "#aggregator/shard-number.ts";
import type { World } from "./model.ts";
import type { Choices } from "./random.ts";

const NONE = {};
const MAXIMUM_SILENCE_MILLISECONDS = 4_000;

/** Tells the Worker how to fail from now on; a server that is down has no faults. */
async function tell({ server }: World, path: string, body: unknown): Promise<void> {
  await fetch(`${server.api}/chaos/${path}`, { method: "POST", body: JSON.stringify(body) }).catch(
    () => undefined,
  );
}

export async function endFaults(world: World): Promise<void> {
  await tell(world, "faults", NONE);
}

/** One database fails, or all of them. */
const DATABASES = ["", "DB", "LOG"];

function chooseFaults(choices: Choices): Record<string, number | boolean> {
  const kind = choices.below(5);
  if (kind === 0) return { refused: choices.between(0.05, 1) };
  if (kind === 1) return { lost: choices.between(0.05, 0.6) };
  if (kind === 2)
    return {
      silent: choices.between(0.05, 0.8),
      silenceMilliseconds: choices.below(MAXIMUM_SILENCE_MILLISECONDS),
    };
  if (kind === 3) return { isFull: true };
  return { refused: 0.1, lost: 0.1, silent: 0.05, silenceMilliseconds: 1_000 };
}

/** Breaks something for a while: the whole server, D1, or some aggregators. */
export async function makeTrouble(world: World, choices: Choices): Promise<void> {
  const { server, journal, slots } = world;
  const kind = choices.below(10);
  if (kind < 2) {
    journal.step("kill");
    journal.count("kills");
    await server.kill();
    await server.start();
    journal.step("started again");
    return;
  }
  if (kind < 6) {
    const { experiment } = choices.from(slots);
    const names = Array.from({ length: experiment.shards }, (_, shard) =>
      aggregatorName(experiment.key, shard),
    );
    journal.step(`evict ${names}`);
    journal.count("evictions", names.length);
    await tell(world, "evictions", names);
    return;
  }
  const faults = { database: choices.from(DATABASES), ...chooseFaults(choices) };
  journal.step(`D1 fails: ${JSON.stringify(faults)}`);
  journal.count("times that D1 failed");
  for (const { experiment } of slots) experiment.hasSeenFaults = true;
  await tell(world, "faults", faults);
  await new Promise((resolve) => setTimeout(resolve, choices.between(500, 8_000)));
  await endFaults(world);
  journal.step("D1 works");
}

const MAXIMUM_JUMP_MILLISECONDS = 60_000;

/** The schedule's clock: it runs ahead, so that looks and phases come sooner than every minute, and jumps back at times. */
export class ScheduleClock {
  #ahead = 0;

  next(choices: Choices): number {
    this.#ahead += choices.between(0, MAXIMUM_JUMP_MILLISECONDS);
    const back = choices.happens(0.1) ? choices.between(0, 5 * MAXIMUM_JUMP_MILLISECONDS) : 0;
    return Math.round(Date.now() + this.#ahead - back);
  }
}
