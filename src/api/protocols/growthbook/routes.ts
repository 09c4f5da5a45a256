import { getGrowthbookFeatures } from "#contract/growthbook.ts";
import { RULESET_MAX_AGE_SECONDS } from "#model/config/ruleset.ts";
import { toGrowthbookFeatures, toGrowthbookPayload } from "#ruleset/growthbook-payload.ts";
import { ok } from "#shared/result.ts";
import { tagged } from "../../http/reply.ts";
import { isKnown } from "../../http/respond.ts";
import { handleWithRuleset } from "../../http/route.ts";
import { taggedDocument } from "../../http/tagged-document.ts";

const payloadOf = taggedDocument(
  ({ prepared }) => toGrowthbookFeatures(prepared),
  (_version, features) => toGrowthbookPayload(features),
);

/** Anyone on the way may keep it as long as edges keep rulesets, and longer only while there is nothing better. */
const CACHE_CONTROL = `public, max-age=${RULESET_MAX_AGE_SECONDS}, stale-if-error=3600`;

export const growthbookRoutes = [
  handleWithRuleset(getGrowthbookFeatures, async ({ context, request }) => {
    const payload = await payloadOf(context, (entityTag) => isKnown(entityTag, request));
    return payload.ok ? ok(tagged(payload.value.json, payload.value.entityTag, CACHE_CONTROL)) : payload;
  }),
];
