import { growthAfter } from "#assigner/growth.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { type Growth, isLastStage, type Release } from "#model/release/release.ts";
import { stageKeyOf, stageSpecOf } from "#model/release/stage-spec.ts";
import { stagesOfWinner } from "#model/release/winner-stages.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import type { Successor } from "#store/successor.ts";

/** How often a name may be taken by something that is no part of the release. */
const MAXIMUM_NAMES = 100;

/** A key that no experiment has: a version may be released more than once. After many of one name it is no more readable, but free. */
export async function findFreeKey(database: Database, first: string, suffix: string): Promise<string> {
  for (let attempt = 1; attempt <= MAXIMUM_NAMES; attempt += 1) {
    const key = stageKeyOf(first, attempt === 1 ? suffix : `${suffix}-${attempt}`);
    const found = await findExperiment(database, key);
    if (!found.ok) return key;
  }
  return stageKeyOf(first, `${suffix}-${crypto.randomUUID().slice(0, 8)}`);
}

function toSuccessor(
  before: Experiment,
  key: string,
  treatment: { key: string; version: number },
  release: Release,
  growth: Growth,
  { actor, reason, now }: Act,
): Successor {
  const { spec, metricDefinitions, unitKeyId } = before;
  // What all stages share is given back before it is shared out again.
  const alpha = spec.release ? spec.alpha * spec.release.stages.length : spec.alpha;
  const stage = stageSpecOf({ ...spec, alpha }, key, treatment, release, growth);
  return {
    spec: stage,
    metricDefinitions,
    phases: [{ startedAt: now, weights: stage.variants.map(({ weight }) => weight) }],
    startedAt: now,
    liveVersionAtStart: release.previousVersion,
    unitKeyId,
    audit: {
      at: now,
      actor,
      action: "release.stage",
      subject: `experiment:${key}`,
      reason,
      details: { stage: release.stage + 1, stages: release.stages, after: spec.key },
    },
  };
}

/**
 * The first stage of a release that an experiment's winner starts.
 * @returns undefined where it is to be promoted to everybody at once
 */
export async function firstStageOf(
  database: Database,
  experiment: Experiment,
  winner: { key: string; version: number },
  liveVersion: number,
  act: Act,
): Promise<Successor | undefined> {
  const { spec, phases } = experiment;
  const stages = stagesOfWinner(experiment, winner.key, liveVersion);
  if (stages.length === 0) return undefined;
  const growth = growthAfter({ ...spec, phases }, winner.key);
  const name = await findFreeKey(database, spec.key, "-release");
  const release = { origin: spec.key, name, stages, stage: 0, previousVersion: liveVersion };
  return toSuccessor(experiment, name, winner, release, growth, act);
}

/** The stage after the one that an experiment is; undefined after the last one, and where it is none. */
export async function nextStageOf(
  database: Database,
  experiment: Experiment,
  act: Act,
): Promise<Successor | undefined> {
  const { release, growth, variants, control } = experiment.spec;
  const treatment = variants.find(({ key }) => key !== control);
  if (!release || !growth || !treatment || isLastStage(release)) return undefined;
  const next = { ...release, stage: release.stage + 1 };
  const key = await findFreeKey(database, release.name, `-${next.stage + 1}`);
  return toSuccessor(experiment, key, treatment, next, growth, act);
}
