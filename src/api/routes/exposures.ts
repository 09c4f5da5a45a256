import { z } from "zod";
import { exposureBatchSchema, exposureReceiptSchema, exposureReportSchema } from "#contract/exposures.ts";
import { refuseBeyondQuota } from "#ingest/beyond-quota.ts";
import { ingestExposures } from "#ingest/ingest-exposures.ts";
import { err, failure, ok } from "#shared/result.ts";
import { defineRoute } from "../http/route.ts";

const documentedBatchSchema = exposureBatchSchema
  .extend({ exposures: z.array(exposureReportSchema).min(1) })
  .meta({ id: "ExposureBatch" });

export const exposureRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/exposures",
    scope: "client",
    tag: "Assignment",
    summary: "Who was given which variant, from clients that evaluate locally: up to 1,000 at once",
    crossOrigin: true,
    body: exposureBatchSchema,
    documentedBody: documentedBatchSchema,
    // Each exposure is screened on its own, so that a bad one never sinks its neighbors.
    screenedLevels: 1,
    reply: exposureReceiptSchema,
    async handle({ body, context }) {
      const receipt = await ingestExposures(body.exposures, context);
      if (receipt.accepted > 0) return ok({ json: receipt });
      const issues = receipt.rejected.map(({ path, code, message }) => ({ path, code, message }));
      const detail = "None of the exposures could be recorded; each says why.";
      const { error } =
        refuseBeyondQuota(receipt.rejected, context.now) ?? err("no_exposure_accepted", detail);
      return failure({ ...error, issues, extensions: { ...receipt } });
    },
  }),
];
