import { getGrowthbookFeatures } from "#contract/growthbook.ts";
import { RULESET_MAX_AGE_SECONDS } from "#model/config/ruleset.ts";
import { toGrowthbookPayload } from "#ruleset/growthbook-payload.ts";
import { ok } from "#shared/result.ts";
import { tagged } from "../../http/reply.ts";
import { handle } from "../../http/route.ts";
import { taggedDocument } from "../../http/tagged-document.ts";

const payloadOf = taggedDocument(({ prepared }, configs) => toGrowthbookPayload(prepared, configs));

/** Anyone on the way may keep it as long as edges keep rulesets, and longer only while there is nothing better. */
const CACHE_CONTROL = `public, max-age=${RULESET_MAX_AGE_SECONDS}, stale-if-error=3600`;

export const growthbookRoutes = [
  handle(getGrowthbookFeatures, async ({ context: { served, key } }) => {
    const { json, entityTag } = await payloadOf(served.ruleset, key?.configs);
    return ok(tagged(json, entityTag, CACHE_CONTROL));
  }),
];
