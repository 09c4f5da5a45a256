import { getRuleset } from "#contract/ruleset.ts";
import { isPublicScope } from "#model/key/api-key.ts";
import { type ClientPart, toClientPart, toClientRuleset } from "#ruleset/client-ruleset.ts";
import type { RulesetPart } from "#ruleset/part.ts";
import { ok } from "#shared/result.ts";
import { tagged } from "../http/reply.ts";
import { isKnown } from "../http/respond.ts";
import { handleWithRuleset, type RulesetContext } from "../http/route.ts";
import { taggedDocument } from "../http/tagged-document.ts";

const partFor =
  (isPublic: boolean) =>
  ({ prepared: { key, liveVersion, values }, experiments }: RulesetPart): ClientPart =>
    toClientPart({ key, liveVersion, values, experiments: experiments.values() }, isPublic);

const forServers = taggedDocument(partFor(false), toClientRuleset);
const forBrowsers = taggedDocument(partFor(true), toClientRuleset);

/** The ruleset as the caller may know it, with its entity tag. @param has whether the caller needs no more than the tag */
export function rulesetFor(context: RulesetContext, has: (entityTag: string) => boolean) {
  const document = isPublicScope(context.caller.scope) ? forBrowsers : forServers;
  return document(context, has);
}

export const rulesetRoutes = [
  handleWithRuleset(getRuleset, async ({ context, request }) => {
    const document = await rulesetFor(context, (entityTag) => isKnown(entityTag, request));
    return document.ok ? ok(tagged(document.value.json, document.value.entityTag)) : document;
  }),
];
