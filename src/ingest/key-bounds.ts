import type { RulesetKey } from "#model/config/ruleset.ts";

/** Whether what a key has signed vouches for units on an AI config at this moment. @param now epoch milliseconds */
export function mayVouch(
  { scope, configs, expiresAt, quarantinedFrom }: RulesetKey,
  config: string,
  now: number,
): boolean {
  if (scope !== "server" || quarantinedFrom !== null || (expiresAt !== null && now >= expiresAt))
    return false;
  return configs === null || configs.includes(config);
}
