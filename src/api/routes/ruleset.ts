import { getRuleset } from "#contract/ruleset.ts";
import { isPublicScope } from "#model/key/api-key.ts";
import { toClientRuleset } from "#ruleset/client-ruleset.ts";
import { ok } from "#shared/result.ts";
import { tagged } from "../http/reply.ts";
import { handle, type RequestContext } from "../http/route.ts";
import { taggedDocument } from "../http/tagged-document.ts";

const forServers = taggedDocument(({ document }, configs) =>
  toClientRuleset(document, { isPublic: false, configs }),
);
const forBrowsers = taggedDocument(({ document }, configs) =>
  toClientRuleset(document, { isPublic: true, configs }),
);

/** The ruleset as the caller may know it, with its entity tag. */
export function rulesetFor({ served, caller, key }: Pick<RequestContext, "served" | "caller" | "key">) {
  const document = isPublicScope(caller.scope) ? forBrowsers : forServers;
  return document(served.ruleset, key?.configs);
}

export const rulesetRoutes = [
  handle(getRuleset, async ({ context }) => {
    const { json, entityTag } = await rulesetFor(context);
    return ok(tagged(json, entityTag));
  }),
];
