import type * as z from "zod";
import {
  getDecisions,
  getInteraction,
  getResults,
  getSegments,
  getSnapshots,
  getVerification,
  getWinsorizedResults,
} from "#contract/results.ts";
import type { LogQuestion } from "#log-reader/question.ts";
import { toSegmentation } from "#model/analysis/segments.ts";
import { keptAttributesOf } from "#model/unit/kept-attributes.ts";
import { refuseInteraction } from "#results/interactions.ts";
import { readResults } from "#results/results.ts";
import { winsorizableMetric } from "#results/winsorized.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { readChainHead } from "#store/decision-chain.ts";
import { findExperiment } from "#store/experiments.ts";
import { listDecisions, listSnapshots } from "#store/snapshots.ts";
import type { SpecialReply } from "../http/reply.ts";
import { replyFromLog } from "../http/reply-from-log.ts";
import { handle, type RequestContext } from "../http/route.ts";
import { withExperiment, withStartedExperiment } from "../http/with-experiment.ts";

/** What the log says, or how far reading it is. */
function answerFromLog<Reply extends z.ZodType>(
  { environment }: RequestContext,
  question: LogQuestion,
  reply: Reply,
): Promise<Result<z.output<Reply> | SpecialReply>> {
  return replyFromLog(environment, question, reply, (value) => value);
}

export const resultRoutes = [
  handle(
    getResults,
    withStartedExperiment((experiment, { query, context: { services } }) =>
      readResults(services, experiment, query.asOf),
    ),
  ),
  handle(
    getSnapshots,
    withExperiment(async ({ spec }, { query, context: { services } }) =>
      ok({ snapshots: await listSnapshots(services.database, spec.key, query) }),
    ),
  ),
  handle(
    getDecisions,
    withExperiment(async ({ spec }, { query, context: { services } }) =>
      ok({
        decisions: await listDecisions(services.database, spec.key, query),
        chainHead: (await readChainHead(services.database, spec.key)) ?? null,
      }),
    ),
  ),
  handle(
    getVerification,
    withExperiment(({ spec: { key } }, { context }) =>
      answerFromLog(context, { kind: "verification", experiment: key }, getVerification.reply),
    ),
  ),
  handle(
    getSegments,
    withStartedExperiment(({ spec }, { query, context }) => {
      const segmentation = toSegmentation(query);
      if (segmentation.source === "attribute" && !keptAttributesOf(spec).includes(segmentation.name)) {
        return err("invalid_input", "The experiment keeps no such attribute.", [
          { path: "/attribute", code: "attribute_not_kept", message: "name one that the experiment keeps" },
        ]);
      }
      const question = { kind: "segments", experiment: spec.key, ...segmentation } as const;
      return answerFromLog(context, question, getSegments.reply);
    }),
  ),
  handle(
    getWinsorizedResults,
    withStartedExperiment((experiment, { query, context }) => {
      const definition = winsorizableMetric(experiment, query.metric);
      if (!definition.ok) return definition;
      const question = { kind: "winsorized", experiment: experiment.spec.key, ...query } as const;
      return answerFromLog(context, question, getWinsorizedResults.reply);
    }),
  ),
  handle(
    getInteraction,
    withExperiment(async (experiment, { parameters, context }) => {
      const other = await findExperiment(context.services.database, parameters.other);
      if (!other.ok) return other;
      const refused = refuseInteraction(experiment, other.value);
      if (refused) return refused;
      const question = {
        kind: "interaction",
        experiment: experiment.spec.key,
        other: other.value.spec.key,
      } as const;
      return answerFromLog(context, question, getInteraction.reply);
    }),
  ),
];
