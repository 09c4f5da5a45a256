import type { Services } from "#aggregator/services.ts";
import { UNSETTLED_SPLIT } from "#analyzer/experiment/data-doubts.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { evaluateNow } from "#results/evaluate.ts";
import { err, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { changeExperiment } from "#store/experiments.ts";

/** Each holds how many units there were, of every phase. */
const MAXIMUM_ACCEPTANCES = 20;

/**
 * A person goes on with data that are in doubt. Everything counted so far stays in and is not held against the experiment
 * again; what comes from now on is checked anew, and may be doubted anew.
 */
export async function acceptData(
  services: Services,
  experiment: Experiment,
  { actor, reason, now }: Act,
): Promise<Result<Experiment>> {
  const { spec, status, acceptances } = experiment;
  if (!isActive(status)) {
    return err("transition_not_allowed", `The data of an experiment that is ${status} decide nothing.`);
  }
  if (acceptances.length >= MAXIMUM_ACCEPTANCES) {
    return err("limit_reached", `The data of an experiment can be accepted ${MAXIMUM_ACCEPTANCES} times.`);
  }
  const { analysis, decision, phases } = (await evaluateNow(services, experiment)).snapshot;
  const { runningPValue } = analysis.sampleRatio;
  const isUnsettled = runningPValue !== null && runningPValue < UNSETTLED_SPLIT;
  const mayHaveLostUnits = decision.reason.code === "lost_units_could_explain";
  if (analysis.dataDoubts.length === 0 && !isUnsettled && !mayHaveLostUnits) {
    return err(
      "nothing_to_accept",
      "Neither the split nor the multiple exposures are in doubt, and no winner waits for units that may be lost.",
    );
  }
  const acceptance = {
    at: now,
    actor,
    reason,
    units: phases.map(({ variants }) => spec.variants.map(({ key }) => variants[key]?.units ?? 0)),
    multipleExposureUnits: analysis.multipleExposureUnits,
    erasedUnits: analysis.erasedUnits,
  };
  return changeExperiment(services.database, experiment, {
    acceptances: [...acceptances, acceptance],
    audit: {
      at: now,
      actor,
      action: "experiment.accept_data",
      subject: `experiment:${spec.key}`,
      reason,
      details: { doubts: analysis.dataDoubts.join(", "), splitPValue: runningPValue },
    },
  });
}
