import { postExposures } from "#contract/exposures.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import { ingestExposures } from "#ingest/ingest-exposures.ts";
import { err, failure, ok } from "#shared/result.ts";
import { handleWithRuleset } from "../http/route.ts";

export const exposureRoutes = [
  handleWithRuleset(postExposures, async ({ body, context }) => {
    const recorded = await ingestExposures(body.exposures, context);
    if (!recorded.ok) return recorded;
    const receipt = recorded.value;
    if (receipt.accepted > 0) return ok(receipt);
    const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
    const detail = "None of the exposures could be recorded; each says why.";
    const { error } = refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_exposure_accepted", detail);
    return failure({ ...error, issues, extensions: { ...receipt } });
  }),
];
