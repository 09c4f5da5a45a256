import { LATE_EVENT_WINDOW_MILLISECONDS } from "../model/event.ts";
import { type Experiment, isActive } from "../model/experiment.ts";
import type { Ruleset, RulesetExperiment } from "../model/ruleset.ts";
import type { RulesetSources } from "../store/rulesets.ts";

function compileExperiment({
  spec,
  status,
  startedAt,
  endedAt,
  definitions,
  periods,
}: Experiment): RulesetExperiment[] {
  if (startedAt === null) return [];
  const { key, config, variants, control, coverage, namespace, condition, seed, hashVersion, shards } = spec;
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
      status,
      startedAt,
      endedAt,
      periods,
      definitions,
    },
  ];
}

/** Compiles what edges read. Pure. Experiments that ended long ago are left out: they take no events any more. */
export function compileRuleset(sources: RulesetSources, now: number): Ruleset {
  const relevant = sources.experiments
    .filter(
      ({ status, endedAt }) =>
        isActive(status) || (endedAt !== null && endedAt > now - LATE_EVENT_WINDOW_MILLISECONDS),
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
    experiments: relevant.flatMap(compileExperiment),
    metrics: sources.metrics,
    keys: sources.keys,
  };
}
