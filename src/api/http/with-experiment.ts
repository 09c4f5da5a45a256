import type { Experiment } from "#model/experiment/experiment.ts";
import { err, type Result } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import type { HandlerInput } from "./route.ts";

type Input = Pick<HandlerInput, "context"> & { parameters: { key: string } };
type MaybePromise<Value> = Value | Promise<Value>;

/** A handler for the experiment that the address names. */
export function withExperiment<Given extends Input, Reply>(
  handler: (experiment: Experiment, input: Given) => MaybePromise<Result<Reply>>,
): (input: Given) => Promise<Result<Reply>> {
  return async (input) => {
    const experiment = await findExperiment(input.context.services.database, input.parameters.key);
    return experiment.ok ? handler(experiment.value, input) : experiment;
  };
}

/** The same, refused for drafts, which have seen nothing yet. */
export function withStartedExperiment<Given extends Input, Reply>(
  handler: (experiment: Experiment, input: Given) => MaybePromise<Result<Reply>>,
): (input: Given) => Promise<Result<Reply>> {
  return withExperiment<Given, Reply>((experiment, input) =>
    experiment.status === "draft"
      ? err("not_started", "The experiment has not started: there are no results yet.")
      : handler(experiment, input),
  );
}
