import type { Session } from "#contract/session.ts";
import type { RulesetKey } from "#model/config/ruleset.ts";
import type { ServedRuleset } from "#ruleset/edge-cache.ts";

/** What must be known of a request to judge what it brings. */
export interface IngestContext {
  environment: Env;
  execution: Pick<ExecutionContext, "waitUntil">;
  served: ServedRuleset;
  caller: Session;
  /** The API key that the caller asked by; undefined for the installation's own and for who signed in. */
  key: RulesetKey | undefined;
  /** The token that vouches for the units of the request, where an entry brings none of its own. */
  unitToken: string | undefined;
  /** Epoch milliseconds. */
  now: number;
}
