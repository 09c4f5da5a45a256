import type { EdgeRuleset } from "#ruleset/edge-cache.ts";
import { entityTagOf } from "./respond.ts";

interface TaggedDocument<Value> {
  json: Value;
  entityTag: string;
}

/**
 * A document that is made of a ruleset, and its entity tag: once per ruleset and isolate, so that a client that polls costs a
 * comparison. The tag is of the content and not of the version alone: an installation that is set up anew counts from the
 * start again.
 * @param make takes the ruleset, and the AI configs that the caller's key is bound to, null for all
 */
export function taggedDocument<Value>(
  make: (ruleset: EdgeRuleset, configs: readonly string[] | null) => Value,
): (ruleset: EdgeRuleset, configs?: readonly string[] | null) => Promise<TaggedDocument<Value>> {
  const remembered = new WeakMap<EdgeRuleset, Map<string, TaggedDocument<Value>>>();
  return async (ruleset, configs = null) => {
    const documents = remembered.get(ruleset) ?? new Map<string, TaggedDocument<Value>>();
    remembered.set(ruleset, documents);
    const reach = JSON.stringify(configs);
    const kept = documents.get(reach);
    if (kept) return kept;
    const json = make(ruleset, configs);
    const document = { json, entityTag: await entityTagOf(JSON.stringify(json)) };
    documents.set(reach, document);
    return document;
  };
}
