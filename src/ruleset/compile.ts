import { lateEventWindowOf } from "#contract/events.ts";
import type { Ruleset, RulesetExperiment } from "#model/config/ruleset.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { RulesetSources } from "#store/rulesets.ts";

function covariateSourceOf(
  { spec }: Experiment,
  all: readonly Experiment[],
): RulesetExperiment["covariateSource"] {
  const past = all.find((other) => other.spec.key === spec.covariateSource);
  return past ? { key: past.spec.key, shards: past.spec.shards, phases: past.phases.length } : null;
}

function compileExperiment(experiment: Experiment, all: readonly Experiment[]): RulesetExperiment[] {
  const { spec, status, startedAt, endedAt, metricDefinitions, phases, switchedOff, pauses, exclusions } =
    experiment;
  if (startedAt === null) return [];
  const {
    key,
    config,
    variants,
    control,
    coverage,
    namespace,
    condition,
    seed,
    hashVersion,
    shards,
    unvouched,
    covariates,
  } = spec;
  return [
    {
      key,
      config,
      variants,
      control,
      coverage,
      ...(namespace && { namespace }),
      ...(condition && { condition }),
      seed,
      hashVersion,
      shards,
      unvouched,
      covariates,
      status,
      startedAt,
      endedAt,
      covariateSource: covariateSourceOf(experiment, all),
      phases,
      ...(switchedOff.length > 0 && {
        switchedOff: switchedOff.map(({ variant }) => variant),
        switchedOffAt: Object.fromEntries(switchedOff.map(({ variant, at }) => [variant, at])),
      }),
      ...(pauses.length > 0 && { pauses }),
      exclusions: exclusions.map(({ from, until }) => ({ from, until })),
      metricDefinitions,
    },
  ];
}

/** Compiles what edges read. Pure. Experiments that ended long ago are left out: they take no events any more. */
export function compileRuleset(sources: RulesetSources, now: number): Ruleset {
  const relevant = sources.experiments
    .filter(
      ({ status, endedAt, metricDefinitions }) =>
        isActive(status) || (endedAt !== null && endedAt > now - lateEventWindowOf({ metricDefinitions })),
    )
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.spec.key < b.spec.key ? -1 : 1));
  return {
    version: sources.revision,
    configs: sources.configs.map(({ key, liveVersion }) => ({
      key,
      liveVersion,
      values: sources.versions
        .filter(({ config }) => config === key)
        .map(({ version, value }) => ({ version, value })),
    })),
    experiments: relevant.flatMap((experiment) => compileExperiment(experiment, sources.experiments)),
    metrics: sources.metrics,
    keys: sources.keys,
  };
}
