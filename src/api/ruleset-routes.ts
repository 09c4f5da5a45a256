import { clientRuleset } from "../model/client-ruleset.ts";
import { success } from "../model/refusal.ts";
import { toClientRuleset } from "../ruleset/client-ruleset.ts";
import { defineRoute } from "./route.ts";
import { taggedDocument } from "./tagged-document.ts";

/** By whether prompts may be read. */
export const clientRulesets = {
  withPrompts: taggedDocument(({ document }) => toClientRuleset(document, true)),
  withoutPrompts: taggedDocument(({ document }) => toClientRuleset(document, false)),
};

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
      const document = caller.scope === "client" ? clientRulesets.withoutPrompts : clientRulesets.withPrompts;
      return success(await document(served.ruleset));
    },
  }),
];
