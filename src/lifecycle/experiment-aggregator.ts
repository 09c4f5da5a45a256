import { Aggregator } from "#aggregator/aggregator.ts";
import { countPhases, joinCounted } from "#aggregator/client.ts";
import { aggregatorName } from "#aggregator/shard-number.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { LogPosition } from "#model/analysis/evaluation-inputs.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { type Experiment, experimentSchema } from "#model/experiment/experiment.ts";
import { type Evaluation, evaluate } from "#results/evaluate.ts";
import { killSwitchOf } from "#ruleset/kill-switch.ts";
import { log } from "#shared/log.ts";
import { within } from "#shared/within.ts";
import type { DueLook } from "#store/claim-look.ts";
import { type Database, openDatabase, openDatabases } from "#store/database.ts";
import { readJudged, type StoredLook } from "#store/read-judged.ts";
import {
  carryOutDecision,
  dueDecisionOf,
  recordDecision,
  recordEvaluation,
  recordRefused,
} from "./apply-decision.ts";
import { type KeptEvidence, keepEvidence } from "./decision-record.ts";
import { type DueDecision, readPending, storePending } from "./pending-decisions.ts";
import { revertRelease } from "./revert-release.ts";
import { takeLook } from "./take-look.ts";

/** A database that does not answer within this is down, as far as harm is concerned. */
const DATABASE_TIMEOUT_MILLISECONDS = 2_000;

/**
 * Withheld for longer, a treatment's traffic goes to nobody: units that came in the meantime would be new only to those that get
 * it then.
 */
const FREED_WITHIN_MILLISECONDS = 60_000;

const EXPERIMENT = "reflex:experiment";

/** What protects users, and nothing else, is decided right where the data arrive. */
function isProtection({ snapshot: { decision } }: Evaluation): boolean {
  return decision.reason.code === "guardrail_harmed" || decision.reason.code === "primary_harmed";
}

function withheldBy({ decision }: DueDecision, { spec }: Experiment): string[] {
  if (decision.action === "switch_off") return decision.variant === null ? [] : [decision.variant];
  return spec.variants.map(({ key }) => key).filter((key) => key !== spec.control);
}

/** Treats what is decided but not on record yet as done, so that the same harm is not decided twice. */
function withPending(experiment: Experiment, pending: readonly DueDecision[]): Experiment {
  const left = pending.flatMap((due) =>
    withheldBy(due, experiment).map((variant) => ({
      variant,
      reason: due.summary,
      actor: due.source,
      at: due.takenAt,
    })),
  );
  return { ...experiment, switchedOff: [...experiment.switchedOff, ...left] };
}

function hasTreatments({ spec, switchedOff }: Experiment): boolean {
  const hasLeft = (key: string) => switchedOff.some(({ variant }) => variant === key);
  return spec.variants.some(({ key }) => key !== spec.control && !hasLeft(key));
}

/** What the looks before have found, as far as it can be read. */
type Earlier = { isRead: true; analysis: Analysis | undefined } | { isRead: false };

/** What a decision was taken from. */
interface Taken {
  evaluation: Evaluation;
  positions: LogPosition[];
  knowsEarlier: boolean;
}

const NOT_STORED: KeptEvidence = { engineVersion: null, evidence: null, missing: "not_stored" };

/** Who acts between two looks, as decisions and the audit name it. */
const SOURCE = "guardrail";

/**
 * The aggregator with its reflex: a treatment that is proven to do harm gets no traffic any more, right where the data
 * arrive. What is decided is kept here first, then withheld from all edges by the kill switch, and then carried out in the
 * database, as often as it takes: neither of the first two needs the database.
 */
export class ExperimentAggregator extends Aggregator {
  /** The newest look that was read. It is read again once there is a newer one. */
  #latest: StoredLook | undefined;
  /** What pending decisions were taken from, by their moment. Too large to be kept where decisions are. */
  readonly #evidence = new Map<number, Taken>();

  /**
   * Takes the look that the schedule asks for.
   * @param due as the schedule has found it
   * @param now as the schedule has it, epoch milliseconds
   * @returns what was decided, if anything was
   */
  async look(key: string, due: DueLook, now: number): Promise<DecisionAction | undefined> {
    const services = { ...openDatabases(this.env), aggregators: this.env.AGGREGATOR, now };
    return takeLook(services, key, due);
  }

  protected override async onFreshTotals(aggregated: AggregatedExperiment): Promise<"done" | "again"> {
    const { key, shard } = aggregated;
    // One of an experiment's shards judges for all: each of them doing so would ask all others every second.
    if (shard !== 0) {
      await this.env.AGGREGATOR.getByName(aggregatorName(key, 0)).wake({ ...aggregated, shard: 0 });
      return "done";
    }
    const database = openDatabase(this.env.DB);
    const { experiment, looks, isReachable } = await this.#readJudged(database, key);
    const earlier = await readPending(this.ctx.storage);
    if (!experiment || !isActive(experiment.status)) {
      if (earlier.length > 0) await this.#giveUp(database, experiment, earlier);
      return "done";
    }
    const harm = await this.#findHarm(withPending(experiment, earlier), looks);
    const pending = harm ? [...earlier, harm] : earlier;
    if (pending.length === 0) return "done";
    if (harm) await storePending(this.ctx.storage, pending);
    await this.#withhold(experiment, pending);
    await this.#carryOut(database, experiment, pending, isReachable);
    return "again";
  }

  /**
   * The experiment as the database has it, or as it was when the database last answered; undefined where there is none. Harm does
   * not depend on earlier looks, so it is judged without them where they cannot be read.
   */
  async #readJudged(
    database: Database,
    key: string,
  ): Promise<{ experiment: Experiment | undefined; looks: Earlier; isReachable: boolean }> {
    const stored = experimentSchema.safeParse(await this.ctx.storage.get(EXPERIMENT));
    const remembered = stored.success ? stored.data : undefined;
    try {
      const reading = readJudged(database, key, this.#latest);
      const judged = await within(DATABASE_TIMEOUT_MILLISECONDS, reading);
      if (judged && judged.experiment.revision !== remembered?.revision)
        // Nobody takes a unit that is erased out of this copy, and harm does not depend on who is overridden.
        await this.ctx.storage.put(EXPERIMENT, { ...judged.experiment, overrides: [] });
      const experiment = judged?.experiment;
      if (judged?.latest === "unreadable") return { experiment, looks: { isRead: false }, isReachable: true };
      this.#latest = judged?.latest;
      return { experiment, looks: { isRead: true, analysis: this.#latest?.analysis }, isReachable: true };
    } catch (cause) {
      if (!remembered) throw cause;
      log("error", "harm is judged without the database", { experiment: key, cause });
      return { experiment: remembered, looks: { isRead: false }, isReachable: false };
    }
  }

  async #findHarm(experiment: Experiment, earlier: Earlier): Promise<DueDecision | undefined> {
    const { spec, status } = experiment;
    if (status !== "running" || !hasTreatments(experiment)) return undefined;
    const { totals, positions } =
      spec.shards === 1
        ? joinCounted(experiment, [structuredClone(await this.counted())])
        : await countPhases(this.env.AGGREGATOR, experiment);
    const context = earlier.isRead ? { previous: earlier.analysis } : {};
    const evaluation = evaluate(experiment, totals, Date.now(), { ...context, protectsOnly: true });
    if (!isProtection(evaluation)) return undefined;
    const taken = { evaluation, positions, knowsEarlier: earlier.isRead };
    this.#evidence.set(evaluation.snapshot.takenAt, taken);
    return dueDecisionOf(evaluation, SOURCE);
  }

  /** A switch that cannot be thrown does not keep the database from being asked. */
  async #withhold(experiment: Experiment, pending: readonly DueDecision[]): Promise<void> {
    const variants = pending.flatMap((due) => withheldBy(due, experiment));
    const at = Math.min(...pending.map(({ takenAt }) => takenAt));
    try {
      await killSwitchOf(this.env.KILL_SWITCH).withhold(experiment.spec.key, variants, at);
    } catch (cause) {
      log("error", "the kill switch could not be thrown", { experiment: experiment.spec.key, cause });
    }
  }

  /**
   * @param isReachable false where the database has just not answered: then no time is spent on evidence
   * @throws while a decision is not carried out: the alarm tries again
   */
  async #carryOut(
    database: Database,
    experiment: Experiment,
    pending: readonly DueDecision[],
    isReachable: boolean,
  ): Promise<void> {
    let current = experiment;
    for (const [index, due] of pending.entries()) {
      const isPrompt = Date.now() - due.takenAt < FREED_WITHIN_MILLISECONDS;
      const kept = isReachable ? await this.#keepEvidence(database, due) : NOT_STORED;
      const acting = carryOutDecision(database, current, isPrompt ? due : { ...due, leader: null }, kept);
      const acted = await within(DATABASE_TIMEOUT_MILLISECONDS, acting);
      if (!acted.ok) throw new Error(`harm is decided but not carried out yet: ${acted.error.detail}`);
      current = acted.value;
      await storePending(this.ctx.storage, pending.slice(index + 1));
      await this.#recordEvidence(database, due);
    }
  }

  /**
   * Somebody else has ended the experiment before what was decided here was carried out.
   * @throws while a release goes on with what does harm: the alarm tries again
   */
  async #giveUp(
    database: Database,
    experiment: Experiment | undefined,
    pending: readonly DueDecision[],
  ): Promise<void> {
    for (const due of pending) {
      if (experiment) await revertRelease(database, experiment, due, Date.now());
      const kept = await this.#keepEvidence(database, due);
      if (experiment) await recordRefused(database, experiment, due, kept, "transition_not_allowed");
      await this.#recordEvidence(database, due);
    }
    await storePending(this.ctx.storage, []);
  }

  /** A database that does not answer keeps nobody from acting: then the record says that there is no evidence. */
  async #keepEvidence(database: Database, { takenAt }: DueDecision): Promise<KeptEvidence> {
    const taken = this.#evidence.get(takenAt);
    if (!taken) return { engineVersion: null, evidence: null, missing: "lost" };
    const { evaluation, positions } = taken;
    const keeping = keepEvidence(database, evaluation, positions);
    return within(DATABASE_TIMEOUT_MILLISECONDS, keeping).catch((cause: unknown) => {
      const { experiment } = evaluation.snapshot;
      log("error", "what a decision was taken from is not on record", { experiment, cause });
      return NOT_STORED;
    });
  }

  async #recordEvidence(database: Database, { takenAt }: DueDecision): Promise<void> {
    const evidence = this.#evidence.get(takenAt);
    this.#evidence.delete(takenAt);
    if (!evidence) return;
    if (evidence.knowsEarlier) await recordEvaluation(database, evidence.evaluation, SOURCE);
    else await recordDecision(database, evidence.evaluation, SOURCE, false);
  }
}
