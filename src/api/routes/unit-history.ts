import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { getMultipleExposures, postUnitHistory } from "#contract/unit-history.ts";
import { err } from "#shared/result.ts";
import { replyFromLog } from "../http/reply-from-log.ts";
import { handle } from "../http/route.ts";
import { withStartedExperiment } from "../http/with-experiment.ts";

export const unitHistoryRoutes = [
  handle(
    postUnitHistory,
    withStartedExperiment(async ({ spec, unitKeyId }, { body, context: { environment } }) => {
      const unit = "hash" in body ? body.hash : unitHashesOf(environment).of(body.unit, unitKeyId);
      if (unit === undefined)
        return err("temporarily_unavailable", "The secret by which these units are hashed is missing.");
      const question = { kind: "unit_history", experiment: spec.key, unit } as const;
      return replyFromLog(environment, question, postUnitHistory.reply, (history) => history);
    }),
  ),
  handle(
    getMultipleExposures,
    withStartedExperiment(async ({ spec }, { context: { environment } }) => {
      const question = { kind: "multiple_exposures", experiment: spec.key } as const;
      return replyFromLog(environment, question, getMultipleExposures.reply, (found) => found);
    }),
  ),
];
