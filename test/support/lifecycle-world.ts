import { draftExperiment } from "#lifecycle/drafts.ts";
import { advanceRelease, promoteVariant } from "#lifecycle/promote-variant.ts";
import { startRelease } from "#lifecycle/start-release.ts";
import {
  pauseExperiment,
  resumeExperiment,
  rollBackExperiment,
  startExperiment,
  stopExperiment,
  switchOffVariant,
} from "#lifecycle/transitions.ts";
import type { Experiment, ExperimentStatus } from "#model/experiment/experiment.ts";
import { isAllowed, TRANSITIONS, type TransitionName } from "#model/experiment/transitions.ts";
import { promotionPlanSchema } from "#model/release/promotion-plan.ts";
import type { Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { addVersion, createConfig, setLiveVersion } from "#store/configs.ts";
import { type Database, openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

export const CONFIG = "answer";
const METRICS = [{ metric: "task_success", role: "primary" as const }];
const PLAN = promotionPlanSchema.parse({ stages: [60, 100], holdback: 0.1 });

/** Experiments on halves of one namespace may run side by side; those on the same half exclude each other. */
const HALVES: readonly (readonly [number, number])[] = [
  [0, 0.5],
  [0.5, 1],
  [0, 0.5],
];

/** Something that can be done, or what is likely to be possible as the experiment is. */
export type Verb = TransitionName | "set_live" | "release" | "likely";

const LIKELY: Record<ExperimentStatus, readonly Exclude<Verb, "likely">[]> = {
  draft: ["start"],
  running: ["promote", "promote", "promote", "advance", "switch_off", "pause", "stop", "rollback"],
  paused: ["resume", "resume", "promote", "stop", "rollback"],
  promoted: ["release", "set_live"],
  rolled_back: ["release", "set_live"],
  stopped: ["release", "set_live"],
};

/** While a stage of a release runs. */
const LIKELY_IN_STAGE = ["advance", "advance", "promote", "pause", "stop", "rollback"] as const;

/** What is tried in one step. */
export interface Step {
  verb: Verb;
  /** Which of the experiments that there are. */
  target: number;
  /** Which version, or treatment. */
  choice: number;
  /** By the schedule or the alarm rather than by a person. */
  isAutomatic: boolean;
  /** On the experiment as it was at the beginning, as somebody who is late would. */
  isLate: boolean;
  /** After so many round trips the database fails. */
  failsAfter: number | undefined;
}

/** @property verb what was tried in the end */
export type Outcome = { verb: Exclude<Verb, "likely"> } & (
  | { kind: "done"; before: Experiment; after: Experiment | undefined }
  | { kind: "refused"; code: string }
  | { kind: "crashed" }
);

/** An AI config with three versions and some experiments, on which steps are tried. */
export class LifecycleWorld {
  readonly storage = new SqliteDatabase();
  readonly database: Database = openDatabase(this.storage.binding);
  readonly #early = new Map<string, Experiment>();
  #now = 1_000_000;

  #act(actor: string): Act & { unitKeyId: string } {
    this.#now += 1_000;
    return { actor, reason: "because", now: this.#now, unitKeyId: "unit-key" };
  }

  /** An AI config with three versions, and drafts of experiments on it. */
  static async create(): Promise<LifecycleWorld> {
    const world = new LifecycleWorld();
    await world.#setUp();
    world.storage.keep();
    return world;
  }

  /** Forgets what was tried. */
  reset(): void {
    this.storage.returnToKept();
  }

  async #setUp(): Promise<void> {
    const act = this.#act("admin");
    const common = { name: CONFIG, description: "", note: "" };
    await createConfig(this.database, { key: CONFIG, value: { model: "one" }, ...common }, act);
    for (const model of ["two", "three"])
      await addVersion(this.database, CONFIG, { value: { model }, note: "" }, act);
    for (const [index, range] of HALVES.entries()) {
      const key = `experiment-${index}`;
      const made = await draftExperiment(
        this.database,
        {
          key,
          config: CONFIG,
          kind: "model",
          namespace: { name: "halves", range },
          variants: [1, 2, 3].map((version) => ({
            key: `v${version}`,
            version,
            weight: version === 1 ? 0.4 : 0.3,
          })),
          control: "v1",
          metrics: METRICS,
          promotion: index === 2 ? null : PLAN,
        },
        act,
      );
      if (!made.ok) throw new Error(made.error.detail);
    }
    for (const key of this.keys()) this.#early.set(key, await this.find(key));
  }

  async find(key: string): Promise<Experiment> {
    const found = await findExperiment(this.database, key);
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  /** Of all that there are, those that a release has made too. */
  keys(): string[] {
    return this.storage.rows("SELECT key FROM experiment ORDER BY key").map(({ key }) => String(key));
  }

  liveVersion(): number {
    return Number(this.storage.rows("SELECT live_version FROM ai_config")[0]?.live_version);
  }

  /** Tries a step and says what came of it. */
  async attempt(step: Step): Promise<Outcome> {
    const keys = this.keys();
    const key = keys[step.target % keys.length] ?? "";
    const before = (step.isLate && this.#early.get(key)) || (await this.find(key));
    const inStage = before.status === "running" && before.spec.release !== undefined;
    const likely = inStage ? LIKELY_IN_STAGE : LIKELY[before.status];
    const verb = step.verb === "likely" ? (likely[step.choice % likely.length] ?? "start") : step.verb;
    this.storage.failAfter(step.failsAfter ?? Number.POSITIVE_INFINITY);
    try {
      const result = await this.#carryOut({ ...step, verb }, before);
      if (!result.ok) return { verb, kind: "refused", code: result.error.code };
      return { verb, kind: "done", before, after: "spec" in result.value ? result.value : undefined };
    } catch {
      return { verb, kind: "crashed" };
    } finally {
      this.storage.failAfter(Number.POSITIVE_INFINITY);
    }
  }

  #carryOut(
    step: Step & Pick<Outcome, "verb">,
    before: Experiment,
  ): Promise<Result<Experiment | { liveVersion: number }>> {
    const act = this.#act(step.isAutomatic ? "cron" : "admin");
    const version = 1 + (step.choice % 3);
    const variant = before.spec.variants[step.choice % before.spec.variants.length]?.key ?? "";
    const { database } = this;
    switch (step.verb) {
      case "start":
        return startExperiment(database, before, { ...act, acceptControlNotLive: step.choice % 2 === 0 });
      case "pause":
        return pauseExperiment(database, before, act);
      case "resume":
        return resumeExperiment(database, before, act);
      case "stop":
        return stopExperiment(database, before, act);
      case "rollback":
        return rollBackExperiment(database, before, act);
      case "switch_off":
        return switchOffVariant(database, before, variant, act);
      case "promote":
        return promoteVariant(database, before, variant, { ...act, atOnce: step.choice % 4 === 0 });
      case "advance":
        return advanceRelease(database, before, act);
      case "set_live":
        return setLiveVersion(database, CONFIG, { version, reason: "" }, act);
      case "release":
        return startRelease(
          database,
          CONFIG,
          {
            version,
            plan: PLAN,
            kind: "model",
            metrics: METRICS,
            alpha: 0.05,
            shards: 1,
            unvouched: "exclude",
            reason: "",
          },
          act,
        );
    }
  }
}

/** Whether the table of transitions says that a step may lead from one status to another. */
export function isListed(verb: Outcome["verb"], before: Experiment, after: Experiment): boolean {
  if (verb === "set_live" || verb === "release") return true;
  const { to } = TRANSITIONS[verb];
  return isAllowed(verb, before.status) && after.status === (to ?? before.status);
}
