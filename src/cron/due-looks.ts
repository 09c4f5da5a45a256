import { aggregatorName } from "#aggregator/shard-number.ts";
import { log } from "#shared/log.ts";
import { within } from "#shared/within.ts";
import type { RunningExperiment } from "#store/schedule.ts";

/** The schedule fires a little early or late; an analysis due within this time is not put off by a whole period. */
const SCHEDULE_TOLERANCE_MILLISECONDS = 5_000;

/** A look that has left no result after this failed or was cut off, and is repeated. */
const LOOK_TIMEOUT_MILLISECONDS = 60_000;

/** A look that takes longer keeps no other one waiting. */
const LONGEST_WAIT_MILLISECONDS = 30_000;

/** So many looks are taken at once; those beyond it one after the other, so that assignments go on in between. */
const LOOKS_AT_ONCE = 50;
const MILLISECONDS_BETWEEN_LOOKS = 50;

/** All are taken before the next run. */
const SPREAD_MILLISECONDS = 50_000;

/** A run may make 10,000 calls of other services, and does more than looks. The next run takes what is left, the oldest first. */
const MOST_LOOKS_OF_A_RUN = 5_000;

/** Aggregators that look, and that plan to, at a time. */
const CONCURRENT_LOOKS = 5;
const CONCURRENT_PLANS = 20;

/** After so many the isolate does nothing but answer what has come in meanwhile. */
const REST_MILLISECONDS = 8;

/** An experiment that is to be looked at. */
type DueExperiment = Pick<RunningExperiment, "key" | "analyzedAt">;

/** @param delay until the look, in milliseconds */
type SpreadLook = DueExperiment & { delay: number };

/** @param now of the schedule's run, epoch milliseconds */
export function isDue(
  { analyzedAt, analysisIntervalSeconds, latestTakenAt }: RunningExperiment,
  now: number,
): boolean {
  if (analyzedAt === null) return true;
  // The clock was ahead when that look was taken. Waiting for it would leave the experiment unwatched.
  if (analyzedAt - now > LOOK_TIMEOUT_MILLISECONDS) return true;
  const hasFailed = (latestTakenAt ?? 0) < analyzedAt;
  if (hasFailed && now - analyzedAt >= LOOK_TIMEOUT_MILLISECONDS - SCHEDULE_TOLERANCE_MILLISECONDS)
    return true;
  return now - analyzedAt >= analysisIntervalSeconds * 1_000 - SCHEDULE_TOLERANCE_MILLISECONDS;
}

/**
 * The due looks, the oldest first, with how long each is put off, in milliseconds.
 * @param due in any order
 */
export function spreadLooks(due: readonly DueExperiment[]): SpreadLook[] {
  const taken = due
    .toSorted((a, b) => (a.analyzedAt ?? 0) - (b.analyzedAt ?? 0))
    .slice(0, MOST_LOOKS_OF_A_RUN);
  const putOff = Math.max(1, taken.length - LOOKS_AT_ONCE);
  const step = Math.min(MILLISECONDS_BETWEEN_LOOKS, SPREAD_MILLISECONDS / putOff);
  return taken.map((one, index) => ({ ...one, delay: Math.max(0, index + 1 - LOOKS_AT_ONCE) * step }));
}

/**
 * Has an experiment's own aggregator take the look: what goes wrong with one, or takes long, concerns no other.
 * @returns false where it could not be asked, or takes long
 */
async function ask(
  { AGGREGATOR }: Pick<Env, "AGGREGATOR">,
  { key, analyzedAt, delay }: SpreadLook,
  runAt: number,
): Promise<boolean> {
  const askedAt = Date.now();
  const planned = { experiment: key, analyzedAt, runAt, askedAt, dueAt: Math.round(askedAt + delay) };
  try {
    // It goes on by itself, however long it takes.
    const look = AGGREGATOR.getByName(aggregatorName(key, 0)).look(planned);
    await within(LONGEST_WAIT_MILLISECONDS, Promise.resolve(look));
    return true;
  } catch (cause) {
    log("error", "an analysis failed", { experiment: key, cause });
    return false;
  }
}

/** Does work for all, so many at a time, with a rest after each lot. */
async function inTurn<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length; first += concurrency) {
    await Promise.all(items.slice(first, first + concurrency).map(work));
    await new Promise((resolve) => setTimeout(resolve, REST_MILLISECONDS));
  }
}

/**
 * Has all due experiments looked at.
 * @param runAt of the schedule's run, epoch milliseconds
 * @returns how many of their aggregators could not be asked
 */
export async function askForLooks(
  environment: Pick<Env, "AGGREGATOR">,
  due: readonly DueExperiment[],
  runAt: number,
): Promise<number> {
  let failed = 0;
  const askOne = async (look: SpreadLook) => {
    if (!(await ask(environment, look, runAt))) failed += 1;
  };
  const looks = spreadLooks(due);
  await inTurn(
    looks.filter(({ delay }) => delay === 0),
    CONCURRENT_LOOKS,
    askOne,
  );
  await inTurn(
    looks.filter(({ delay }) => delay > 0),
    CONCURRENT_PLANS,
    askOne,
  );
  return failed;
}
