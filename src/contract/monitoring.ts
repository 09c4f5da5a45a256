import * as z from "zod";
import { endpoint } from "./endpoint.ts";

const checkSchema = z.strictObject({
  ok: z.boolean(),
  /** What is wrong, and what to do; absent where nothing is. */
  detail: z.string().optional(),
});

/** Whether the installation can do its work. It says nothing about what it holds. */
export const readinessSchema = z
  .strictObject({
    ok: z.boolean(),
    checks: z.strictObject({
      /** It answers within a second. */
      database: checkSchema,
      /** It has every migration that the code needs. */
      migrations: checkSchema,
      /** The newest ruleset is published, or was until a moment ago. */
      ruleset: checkSchema,
      /** It has run within the last three minutes. */
      schedule: checkSchema,
      /** The secrets by which the units of active experiments are known are all there. */
      unitKeys: checkSchema,
    }),
  })
  .meta({ id: "Readiness" });
export type Readiness = z.infer<typeof readinessSchema>;

export const getServiceMetrics = endpoint({
  method: "GET",
  path: "/metrics",
  scope: "read",
  tag: "Monitoring",
  summary: "What the installation does and how it is, as OpenMetrics text; counts are those of one isolate",
  reply: z.string(),
  replies: { "application/openmetrics-text": z.string() },
});
