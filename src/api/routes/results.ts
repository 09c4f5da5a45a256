import { z } from "zod";
import { aggregatorsOf } from "#aggregator/client.ts";
import { verifyExperiment } from "#aggregator/verify.ts";
import { decisionListSchema, snapshotListSchema, verificationSchema } from "#contract/lists.ts";
import { readLog } from "#event-log/read.ts";
import { experimentResultsSchema, resultsTimeSchema } from "#model/analysis/decision.ts";
import { readResults } from "#results/results.ts";
import { ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { listDecisions, listSnapshots } from "#store/snapshots.ts";
import { keyParameterSchema, timePageSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

const tag = "Results";

const loggedEventSchema = z
  .strictObject({
    id: z.string(),
    /** The unit's keyed hash. */
    unit: z.string(),
    variant: z.string(),
    occurredAt: z.int(),
    receivedAt: z.int(),
    metrics: z.record(z.string(), z.number()),
    properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: "LoggedEvent" });

const eventPageSchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(10_000))
    .default(1_000),
  /** As the previous page gave it: `<shard>:<sequence>`. */
  cursor: z
    .string()
    .regex(/^\d{1,3}:\d{1,15}$/)
    .default("0:0"),
});

export const resultRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/results",
    scope: "read",
    tag,
    summary: "The newest numbers, or those that decided an ended experiment",
    parameters: keyParameterSchema,
    query: z.strictObject({ asOf: resultsTimeSchema.default("decision") }),
    reply: experimentResultsSchema,
    async handle({ parameters, query, context: { database, environment, now } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const results = await readResults(environment.AGGREGATOR, database, found.value, now, query.asOf);
      return results.ok ? ok({ json: results.value }) : results;
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/snapshots",
    scope: "read",
    tag,
    summary: "The stored analyses, newest first",
    parameters: keyParameterSchema,
    query: timePageSchema,
    reply: snapshotListSchema,
    async handle({ parameters, query, context }) {
      const found = await findExperiment(context.database, parameters.key);
      if (!found.ok) return found;
      return ok({ json: { snapshots: await listSnapshots(context.database, parameters.key, query) } });
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/decisions",
    scope: "read",
    tag,
    summary: "The stored decisions with their evidence, newest first",
    parameters: keyParameterSchema,
    query: timePageSchema,
    reply: decisionListSchema,
    async handle({ parameters, query, context }) {
      const found = await findExperiment(context.database, parameters.key);
      if (!found.ok) return found;
      return ok({ json: { decisions: await listDecisions(context.database, parameters.key, query) } });
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/events",
    scope: "read",
    tag,
    summary: "The logged outcome events in the order of their recording",
    parameters: keyParameterSchema,
    query: eventPageSchema,
    reply: z.strictObject({ events: z.array(loggedEventSchema), nextCursor: z.string().nullable() }),
    async handle({ parameters, query, context: { database, environment } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const { spec } = found.value;
      const aggregators = aggregatorsOf(environment.AGGREGATOR, found.value);
      await Promise.all(aggregators.map((aggregator) => aggregator.flush()));
      const [firstShard = 0, firstSequence = 0] = query.cursor.split(":").map(Number);
      const events: z.input<typeof loggedEventSchema>[] = [];
      for (let shard = firstShard; shard < aggregators.length; shard++) {
        const after = shard === firstShard ? firstSequence : 0;
        for await (const { sequence, entries } of readLog(database, { experiment: spec.key, shard, after })) {
          for (const entry of entries) {
            if (entry.k !== "outcome") continue;
            const {
              id,
              u: unit,
              v: variant,
              t: occurredAt,
              r: receivedAt,
              m: metrics,
              p: properties = {},
            } = entry;
            events.push({ id, unit, variant, occurredAt, receivedAt, metrics, properties });
          }
          if (events.length >= query.limit) {
            return ok({ json: { events, nextCursor: `${shard}:${sequence}` } });
          }
        }
      }
      return ok({ json: { events, nextCursor: null } });
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/verify",
    scope: "read",
    tag,
    summary: "Rebuilds the totals from the event log and compares",
    parameters: keyParameterSchema,
    reply: verificationSchema,
    async handle({ parameters, context: { database, environment } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      return ok({ json: await verifyExperiment(environment.AGGREGATOR, database, found.value) });
    },
  }),
];
