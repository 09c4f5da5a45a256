import { completeLimits } from "../experiment/defaults.ts";
import { type ExperimentSpec, SMALLEST_ALPHA } from "../experiment/experiment.ts";
import type { Growth, Release } from "./release.ts";

/** The names of a release's two arms. */
export const PREVIOUS_VARIANT = "previous";

const LONGEST_KEY = 64;

/** What a stage's experiment is called. @param first what the release follows, or is named after */
export function stageKeyOf(first: string, suffix: string): string {
  return `${first.slice(0, LONGEST_KEY - suffix.length)}${suffix}`;
}

/** What a release takes over from the experiment that it follows, or from its own plan. */
export type ReleasedSpec = Pick<
  ExperimentSpec,
  | "kind"
  | "config"
  | "metrics"
  | "rule"
  | "alpha"
  | "seed"
  | "shards"
  | "unvouched"
  | "properties"
  | "maximumEventsPerUnit"
  | "acceptUnequalEvents"
>;

/** A minute, so that a stage passes soon after its time. Harm does not wait for it. */
const INTERVAL_SECONDS = 60;

/** Over both arms; the smaller one has a minimum of its own. */
const MINIMUM_UNITS = 100;

/**
 * The experiment of one stage: the previous version against the new one, for all units, until the stage has lasted as long as it
 * was to and each arm has its minimum of units. Pure.
 * @param treatment the new version's variant
 */
export function stageSpecOf(
  base: ReleasedSpec,
  key: string,
  treatment: { key: string; version: number },
  release: Release,
  growth: Growth,
): ExperimentSpec {
  // One by one: nothing else of an experiment, such as its namespace or maximum, may find its way into a stage.
  const { kind, config, metrics, seed, shards, unvouched, properties } = base;
  const { maximumEventsPerUnit, acceptUnequalEvents } = base;
  const { share, seconds } = release.stages[release.stage] ?? { share: 0.5, seconds: 60 };
  // A version that is named like the arm it replaces would be two variants with one name.
  const control = treatment.key === PREVIOUS_VARIANT ? `${PREVIOUS_VARIANT}-version` : PREVIOUS_VARIANT;
  return {
    ...{ kind, config, seed, shards, unvouched, properties },
    // What was added to an experiment while it ran has been in its release from the start.
    metrics: metrics.map(({ addedAt: _addedAt, ...metric }) => metric),
    ...{ maximumEventsPerUnit, acceptUnequalEvents },
    ...completeLimits({ minimumUnits: MINIMUM_UNITS, minimumDurationSeconds: seconds }),
    key,
    name: `Release of ${treatment.key}, stage ${release.stage + 1} of ${release.stages.length}: ${config}`,
    hypothesis: "",
    variants: [
      { key: control, version: release.previousVersion, weight: 1 - share },
      { key: treatment.key, version: treatment.version, weight: share },
    ],
    control,
    coverage: 1,
    freedTraffic: "control",
    // What the winner's gain was worth on the primary metric is no harm in its release either.
    rule: base.rule.type === "non_inferiority" ? base.rule : { type: "superiority" },
    // Every stage may alarm once, so that they share what all of them may err by.
    alpha: Math.max(SMALLEST_ALPHA, base.alpha / release.stages.length),
    analysisIntervalSeconds: INTERVAL_SECONDS,
    covariates: "ignore",
    attributes: [],
    allocation: { type: "fixed" },
    hashVersion: 2,
    horizon: "open",
    futility: "ignore",
    promotion: null,
    release,
    growth,
  };
}
