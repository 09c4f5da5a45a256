import type { Ruleset } from "../model/ruleset.ts";
import type { WithheldVariant } from "./kill-switch.ts";

/** A ruleset in which withheld treatments are switched off. Pure; the same object where nothing is withheld from it. */
export function withoutWithheld(
  document: Ruleset,
  withheld: readonly Omit<WithheldVariant, "at">[],
): Ruleset {
  if (withheld.length === 0) return document;
  const experiments = document.experiments.map((experiment) => {
    const variants = withheld
      .filter((entry) => entry.experiment === experiment.key)
      .map(({ variant }) => variant);
    if (variants.length === 0) return experiment;
    return { ...experiment, switchedOff: [...new Set([...(experiment.switchedOff ?? []), ...variants])] };
  });
  return { ...document, experiments };
}
