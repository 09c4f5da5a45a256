import { z } from "zod";
import { interactionResultsSchema } from "#model/analysis/interaction.ts";
import { readInteraction } from "#results/interactions.ts";
import { ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

const pairParameterSchema = keyParameterSchema.extend({ other: z.string().min(1).max(64) });

export const interactionRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/interactions/:other",
    scope: "read",
    tag: "Results",
    summary: "Whether another experiment on the same units changes this one's effects",
    parameters: pairParameterSchema,
    reply: interactionResultsSchema,
    async handle({ parameters, context: { database, environment, now } }) {
      const [found, other] = await Promise.all([
        findExperiment(database, parameters.key),
        findExperiment(database, parameters.other),
      ]);
      if (!found.ok) return found;
      if (!other.ok) return other;
      const results = await readInteraction(environment.AGGREGATOR, database, found.value, other.value, now);
      return results.ok ? ok({ json: results.value }) : results;
    },
  }),
];
