import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { WithheldVariant } from "./kill-switch.ts";

/** An experiment in which withheld treatments are switched off. Pure; the same object where nothing is withheld from it. */
export function withoutWithheld(
  experiment: RulesetExperiment,
  withheld: readonly WithheldVariant[],
): RulesetExperiment {
  const entries = withheld.filter((entry) => entry.experiment === experiment.key);
  if (entries.length === 0) return experiment;
  const { switchedOff = [], switchedOffAt = {} } = experiment;
  return {
    ...experiment,
    switchedOff: [...new Set([...switchedOff, ...entries.map(({ variant }) => variant)])],
    // What the database says of the same goes before.
    switchedOffAt: {
      ...Object.fromEntries(entries.map(({ variant, at }) => [variant, at])),
      ...switchedOffAt,
    },
  };
}
