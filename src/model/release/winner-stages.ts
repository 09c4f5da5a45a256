import type { Experiment } from "../experiment/experiment.ts";
import { type Stage, stagesOf } from "./promotion-plan.ts";

/** Which share of all buckets a variant has; none once it has left. */
function shareOf({ spec, phases, switchedOff }: WinnersExperiment, variant: string): number {
  if (switchedOff.some((left) => left.variant === variant)) return 0;
  const place = spec.variants.findIndex(({ key }) => key === variant);
  const weight = phases.at(-1)?.weights[place] ?? spec.variants[place]?.weight ?? 0;
  return spec.coverage * weight;
}

type WinnersExperiment = Pick<Experiment, "spec" | "phases" | "switchedOff">;

/**
 * The stages by which a variant of an experiment would be released. Pure.
 * @returns none where it goes to everybody at once: by the experiment's plan, as a stage itself, or because it is live
 */
export function stagesOfWinner(experiment: WinnersExperiment, variant: string, liveVersion: number): Stage[] {
  const { promotion, release, variants, namespace, condition } = experiment.spec;
  const version = variants.find(({ key }) => key === variant)?.version;
  if (promotion === null || release || version === liveVersion) return [];
  return stagesOf(promotion, shareOf(experiment, variant), !namespace && !condition);
}
