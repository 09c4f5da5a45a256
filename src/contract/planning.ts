import { sampleSizeInputSchema, sampleSizeReplySchema } from "#model/analysis/sample-size.ts";
import { endpoint } from "./endpoint.ts";

export const postSampleSize = endpoint({
  method: "POST",
  path: "/v1/sample-size",
  scope: "read",
  tag: "Planning",
  summary: "How many units and days an experiment needs, or what a number of units can find",
  body: sampleSizeInputSchema,
  reply: sampleSizeReplySchema,
});
