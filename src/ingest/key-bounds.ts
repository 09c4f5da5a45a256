import type { RulesetExperiment, RulesetKey } from "#model/config/ruleset.ts";

/** What says on which AI configs an experiment, or a holdout, is. */
export type Placed = Pick<RulesetExperiment, "config" | "holdoutConfigs">;

/** Whether a key that is bound to AI configs may speak of an experiment. @param configs null for a key that is bound to none */
export function mayReach(configs: readonly string[] | null, { config, holdoutConfigs }: Placed): boolean {
  if (configs === null || configs.includes(config)) return true;
  return holdoutConfigs?.some((one) => configs.includes(one)) ?? false;
}

/** Whether what a key has signed vouches for units of an experiment at this moment. @param now epoch milliseconds */
export function mayVouch(
  { scope, configs, expiresAt, quarantinedFrom }: RulesetKey,
  experiment: Placed,
  now: number,
): boolean {
  if (scope !== "server" || quarantinedFrom !== null || (expiresAt !== null && now >= expiresAt))
    return false;
  return mayReach(configs, experiment);
}
