import { type ClientRuleset, clientRuleset } from "../model/client-ruleset.ts";
import { success } from "../model/refusal.ts";
import { toClientRuleset } from "../ruleset/client-ruleset.ts";
import type { EdgeRuleset } from "../ruleset/edge-cache.ts";
import { entityTagOf } from "./respond.ts";
import { defineRoute } from "./route.ts";

interface TaggedRuleset {
  json: ClientRuleset;
  entityTag: string;
}

/** Made once per ruleset and isolate: a client that polls costs a comparison. */
const remembered = {
  withPrompts: new WeakMap<EdgeRuleset, TaggedRuleset>(),
  withoutPrompts: new WeakMap<EdgeRuleset, TaggedRuleset>(),
};

async function taggedRuleset(ruleset: EdgeRuleset, withPrompts: boolean): Promise<TaggedRuleset> {
  const memory = withPrompts ? remembered.withPrompts : remembered.withoutPrompts;
  const known = memory.get(ruleset);
  if (known) return known;
  const json = toClientRuleset(ruleset.document, withPrompts);
  // Of the content and not of the version alone: an installation that was set up anew counts from the start again.
  const tagged = { json, entityTag: await entityTagOf(JSON.stringify(json)) };
  memory.set(ruleset, tagged);
  return tagged;
}

export const rulesetRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/ruleset",
    scope: "client",
    tag: "Assignment",
    summary:
      "What a client needs to assign by itself, exactly as the server does; without prompts for client keys",
    crossOrigin: true,
    reply: clientRuleset,
    async handle({ context: { served, caller } }) {
      return success(await taggedRuleset(served.ruleset, caller.scope !== "client"));
    },
  }),
];
