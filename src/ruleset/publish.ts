import type { Ruleset } from "#model/config/ruleset.ts";
import type { Database } from "#store/database.ts";
import { publishRuleset, readRulesetSources } from "#store/rulesets.ts";
import { compileRuleset } from "./compile.ts";

/** Compiles the current revision and publishes it. Safe to run at the same time in many places. */
export async function compileAndPublish(database: Database, now: number): Promise<Ruleset> {
  const compiled = compileRuleset(await readRulesetSources(database), now);
  await publishRuleset(database, compiled, now);
  return compiled;
}
