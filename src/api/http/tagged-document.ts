import type { EdgeRuleset } from "#ruleset/edge-ruleset.ts";
import { mapParts } from "#ruleset/map-parts.ts";
import type { RulesetPart } from "#ruleset/part.ts";
import { ok, type Result } from "#shared/result.ts";
import { entityTagOf } from "./respond.ts";
import type { RulesetContext } from "./route.ts";

interface TaggedDocument<Value> {
  /** Left out where the caller has it already. */
  json: Value | undefined;
  entityTag: string;
}

/** Characters of JSON: larger documents are made anew, unless the caller has them. */
const MAXIMUM_KEPT = 1_000_000;
const MAXIMUM_DOCUMENTS = 20;

/** What is known of the documents that are made of one state of the ruleset, by what a key may read. */
type Remembered<Value> = Map<string, TaggedDocument<Value>>;

/**
 * A document that is made of all AI configs which a key may read, and its entity tag: small ones once per state of the
 * ruleset and isolate, so that a client that polls costs a comparison. The tag is of the content and not of the version
 * alone: an installation that is set up anew counts from the start again. The result takes `isKnown`, which tells whether
 * the document itself is not needed.
 */
export function taggedDocument<Part, Value>(
  convert: (part: RulesetPart) => Part,
  join: (version: number, parts: Part[]) => Value,
): (
  context: RulesetContext,
  isKnown: (entityTag: string) => boolean,
) => Promise<Result<TaggedDocument<Value>>> {
  const remembered = new WeakMap<EdgeRuleset["state"], Remembered<Value>>();
  return async ({ served, environment, key, now }, isKnown) => {
    const { ruleset } = served;
    const { state, version } = ruleset;
    const documents: Remembered<Value> = remembered.get(state) ?? new Map();
    remembered.set(state, documents);
    const configs = key?.configs ?? null;
    const reach = JSON.stringify(configs);
    const kept = documents.get(reach);
    if (kept && (kept.json !== undefined || isKnown(kept.entityTag))) return ok(kept);
    const parts = await mapParts(ruleset, configs, environment.DB, now, convert);
    if (!parts.ok) return parts;
    const json = join(version, parts.value);
    const text = JSON.stringify(json);
    const entityTag = await entityTagOf(text);
    if (documents.size >= MAXIMUM_DOCUMENTS) documents.clear();
    documents.set(reach, { json: text.length <= MAXIMUM_KEPT ? json : undefined, entityTag });
    return ok({ json, entityTag });
  };
}
