import { aggregatorName } from "#aggregator/shard-number.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import { log } from "#shared/log.ts";
import { within } from "#shared/within.ts";
import type { DueLook } from "#store/claim-look.ts";
import type { RunningExperiment } from "#store/schedule.ts";

/** The schedule fires a little early or late; an analysis due within this time is not put off by a whole period. */
const SCHEDULE_TOLERANCE_MILLISECONDS = 5_000;

/** A look that has left no result after this failed or was cut off, and is repeated. */
const LOOK_TIMEOUT_MILLISECONDS = 60_000;

/** A look that takes longer gives its turn to the next one, so that no number of slow ones keeps the others unwatched. */
const LONGEST_TURN_MILLISECONDS = 3_000;

/** For so long what comes of it is waited for. */
const LONGEST_WAIT_MILLISECONDS = 30_000;

/** So many looks are taken at once. Where there are more, all keep a steady pace, so that assignments go on in between. */
const LOOKS_AT_ONCE = 50;
const MILLISECONDS_BETWEEN_LOOKS = 50;

/** Nothing is begun later than this after the run: the next one takes what is left. */
const SPREAD_MILLISECONDS = 50_000;

/** A run may make 10,000 calls of other services, and does more than looks. */
export const MOST_LOOKS_OF_A_RUN = 5_000;

/** Looks at a time, beside slow ones, and the time after them in which the isolate does nothing but answer what has come in meanwhile. */
const CONCURRENT_LOOKS = 5;
const REST_MILLISECONDS = 8;

/** The aggregators, as far as looks need them. */
interface LookingAggregators {
  getByName(name: string): {
    look(key: string, due: DueLook, now: number): PromiseLike<DecisionAction | undefined>;
  };
}

/** An experiment that is to be looked at. */
type DueExperiment = Pick<RunningExperiment, "key" | "analyzedAt">;

/** @param now of the schedule's run, epoch milliseconds */
function isDue(
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
 * The experiments that a run asks to look at themselves, in their turn: those that have waited longest first, and last those that are
 * paused and wait to be counted anew. That may take long, it decides nothing, and it must keep no running one unwatched.
 * @param paused their keys
 * @param now of the schedule's run, epoch milliseconds
 */
export function inTurn(
  running: readonly RunningExperiment[],
  paused: readonly string[],
  now: number,
): DueExperiment[] {
  return [
    ...running.filter((one) => isDue(one, now)).toSorted((a, b) => (a.analyzedAt ?? 0) - (b.analyzedAt ?? 0)),
    ...paused.map((key) => ({ key, analyzedAt: null })),
  ];
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What came of looks. */
export interface Looked {
  /** What was decided, one action for each look that came to a decision. */
  actions: DecisionAction[];
  failedLooks: number;
}

/** What was decided, if anything was, or that the look failed. */
type LookOutcome = DecisionAction | "failed" | undefined;

function note(looked: Looked, outcome: LookOutcome): void {
  if (outcome === "failed") looked.failedLooks += 1;
  else if (outcome !== undefined) looked.actions.push(outcome);
}

/** The looks of one run of the schedule, in the order that is given. */
export class DueLooks {
  readonly #aggregators: LookingAggregators;
  readonly #waiting: DueExperiment[];
  readonly #runAt: number;
  readonly #began = Date.now();
  /** Looks that have given their turn away, until their end. */
  readonly #slow: Promise<LookOutcome>[] = [];

  /**
   * @param due as `inTurn` orders them
   * @param runAt the run's time, epoch milliseconds
   */
  constructor(aggregators: LookingAggregators, due: readonly DueExperiment[], runAt: number) {
    this.#aggregators = aggregators;
    this.#waiting = due.slice(0, MOST_LOOKS_OF_A_RUN);
    this.#runAt = runAt;
  }

  /** Where they are few, takes all looks, as fast as it goes. @returns what came of them, slow ones apart */
  async takeFew(): Promise<Looked> {
    if (this.#waiting.length > LOOKS_AT_ONCE) return { actions: [], failedLooks: 0 };
    return this.#take(this.#waiting.splice(0), 0);
  }

  /**
   * Takes all that wait, each some time after the one before it, until the next run is near.
   * @returns what came of them, and of all slow ones
   */
  async takeMany(): Promise<Looked> {
    const left = Math.max(0, SPREAD_MILLISECONDS - this.#elapsed());
    const pace = Math.min(MILLISECONDS_BETWEEN_LOOKS, left / Math.max(1, this.#waiting.length));
    const looked = await this.#take(this.#waiting.splice(0), pace);
    for (const outcome of await Promise.all(this.#slow)) note(looked, outcome);
    return looked;
  }

  /** @param pace from one look to the next, in milliseconds, where looks do not take longer */
  async #take(looks: DueExperiment[], pace: number): Promise<Looked> {
    const looked: Looked = { actions: [], failedLooks: 0 };
    const takeTurns = async (lane: number) => {
      await sleep(lane * pace);
      for (let one = looks.shift(); one && this.#elapsed() < SPREAD_MILLISECONDS; one = looks.shift()) {
        const next = Date.now() + CONCURRENT_LOOKS * pace;
        const look = this.#look(one, pace === 0 ? this.#runAt : this.#runAt + this.#elapsed());
        const outcome = await within(LONGEST_TURN_MILLISECONDS, look).catch((): "slow" => "slow");
        if (outcome === "slow") this.#slow.push(look);
        else note(looked, outcome);
        await sleep(Math.max(REST_MILLISECONDS, next - Date.now()));
      }
    };
    const lanes = Math.min(CONCURRENT_LOOKS, looks.length);
    await Promise.all(Array.from({ length: lanes }, (_, lane) => takeTurns(lane)));
    return looked;
  }

  #elapsed(): number {
    return Date.now() - this.#began;
  }

  /** Has an experiment's own aggregator take the look: what goes wrong with one, or takes long, concerns no other. */
  async #look({ key, analyzedAt }: DueExperiment, now: number): Promise<LookOutcome> {
    try {
      const aggregator = this.#aggregators.getByName(aggregatorName(key, 0));
      // It goes on by itself, however long it takes.
      const look = aggregator.look(key, { analyzedAt, runAt: this.#runAt }, now);
      return await within(LONGEST_WAIT_MILLISECONDS, Promise.resolve(look));
    } catch (cause) {
      log("error", "an analysis failed", { experiment: key, cause });
      return "failed";
    }
  }
}
