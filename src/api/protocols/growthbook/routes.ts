import { z } from "zod";
import { growthbookPayloadSchema } from "#contract/growthbook.ts";
import { RULESET_MAX_AGE_SECONDS } from "#model/config/ruleset.ts";
import { toGrowthbookPayload } from "#ruleset/growthbook-payload.ts";
import { ok } from "#shared/result.ts";
import { defineRoute } from "../../http/route.ts";
import { taggedDocument } from "../../http/tagged-document.ts";

const payloadOf = taggedDocument(({ prepared }, configs) => toGrowthbookPayload(prepared, configs));

/** Anyone on the way may keep it as long as edges keep rulesets, and longer only while there is nothing better. */
const CACHE_CONTROL = `public, max-age=${RULESET_MAX_AGE_SECONDS}, stale-if-error=3600`;

export const growthbookRoutes = [
  defineRoute({
    method: "GET",
    path: "/api/features/:clientKey",
    scope: "client",
    keyParameter: "clientKey",
    tag: "GrowthBook",
    summary: "The AI configs and running experiments as a payload for GrowthBook's SDKs, without prompts",
    crossOrigin: true,
    parameters: z.object({ clientKey: z.string() }),
    reply: growthbookPayloadSchema,
    async handle({ context: { served, key } }) {
      return ok({ ...(await payloadOf(served.ruleset, key?.configs)), cacheControl: CACHE_CONTROL });
    },
  }),
];
