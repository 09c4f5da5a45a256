import { postExposures } from "#contract/exposures.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import { ingestExposures } from "#ingest/ingest-exposures.ts";
import { err, failure, ok } from "#shared/result.ts";
import { handle } from "../http/route.ts";

export const exposureRoutes = [
  handle(postExposures, async ({ body, context }) => {
    const receipt = await ingestExposures(body.exposures, context);
    if (receipt.accepted > 0) return ok(receipt);
    const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
    const detail = "None of the exposures could be recorded; each says why.";
    const { error } = refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_exposure_accepted", detail);
    return failure({ ...error, issues, extensions: { ...receipt } });
  }),
];
