import type { EdgeRuleset } from "../ruleset/edge-cache.ts";
import { entityTagOf } from "./respond.ts";

interface Tagged<Value> {
  json: Value;
  entityTag: string;
}

/**
 * A document that is made of a ruleset, and its entity tag: once per ruleset and isolate, so that a client that polls costs a
 * comparison. The tag is of the content and not of the version alone: an installation that is set up anew counts from the
 * start again.
 */
export function taggedDocument<Value>(
  make: (ruleset: EdgeRuleset) => Value,
): (ruleset: EdgeRuleset) => Promise<Tagged<Value>> {
  const remembered = new WeakMap<EdgeRuleset, Tagged<Value>>();
  return async (ruleset) => {
    const known = remembered.get(ruleset);
    if (known) return known;
    const json = make(ruleset);
    const tagged = { json, entityTag: await entityTagOf(JSON.stringify(json)) };
    remembered.set(ruleset, tagged);
    return tagged;
  };
}
