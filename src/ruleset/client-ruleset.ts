import { isActive } from "../model/active-status.ts";
import { withoutPromptText } from "../model/ai-config.ts";
import type { ClientExperiment, ClientRuleset } from "../model/client-ruleset.ts";
import type { Ruleset, RulesetExperiment } from "../model/ruleset.ts";

function toClientExperiment(experiment: RulesetExperiment): ClientExperiment {
  const {
    definitions: _definitions,
    history: _history,
    shards: _shards,
    unvouched: _unvouched,
    ...rest
  } = experiment;
  return rest;
}

/** What clients may know of a ruleset. Pure. @param withPrompts false for keys that end up in browsers */
export function toClientRuleset(
  { version, configs, experiments }: Ruleset,
  withPrompts: boolean,
): ClientRuleset {
  return {
    version,
    configs: configs.map(({ key, liveVersion, values }) => ({
      key,
      liveVersion,
      values: withPrompts
        ? values
        : values.map((entry) => ({ version: entry.version, value: withoutPromptText(entry.value) })),
    })),
    experiments: experiments.filter(({ status }) => isActive(status)).map(toClientExperiment),
  };
}
