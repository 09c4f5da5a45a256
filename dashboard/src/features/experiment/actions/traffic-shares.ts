import type { Experiment, ExperimentStatus } from "#model/experiment/experiment.ts";
import type { Stage } from "#model/release/promotion-plan.ts";

/** Which share of everybody who asks gets one version of the AI config. */
export interface VersionShare {
  version: number;
  /** The variants that hand out this version, none where it is only what is live. */
  variants: string[];
  share: number;
  isLive: boolean;
}

/** What an experiment does to traffic: the weights in force, the part of units that takes part, what the rest gets. */
export interface TrafficState {
  status: ExperimentStatus;
  coverage: number;
  liveVersion: number;
}

/** The weights in force now, in the order of the variants. */
export function currentWeights({ spec, phases }: Pick<Experiment, "spec" | "phases">): readonly number[] {
  return phases.at(-1)?.weights ?? spec.variants.map(({ weight }) => weight);
}

/** Which share of all units an experiment may reach: its range of the namespace, or everybody. */
function reachOf({ spec }: Pick<Experiment, "spec">): number {
  return spec.namespace ? spec.namespace.range[1] - spec.namespace.range[0] : 1;
}

/** Who gets what in a given state: every version with its share, the live one first. They sum to 1. */
export function sharesIn(
  experiment: Pick<Experiment, "spec" | "phases" | "switchedOff">,
  { status, coverage, liveVersion }: TrafficState,
): VersionShare[] {
  const taking = status === "running" ? coverage * reachOf(experiment) : 0;
  const weights = currentWeights(experiment);
  const shares = new Map<number, VersionShare>([
    [liveVersion, { version: liveVersion, variants: [], share: 1 - taking, isLive: true }],
  ]);
  const { variants, control } = experiment.spec;
  const controlVersion = variants.find(({ key }) => key === control)?.version;
  const hasLeft = (key: string) => experiment.switchedOff.some(({ variant }) => variant === key);
  for (const [index, { key, version: own }] of variants.entries()) {
    const version = hasLeft(key) ? (controlVersion ?? own) : own;
    const entry = shares.get(version) ?? { version, variants: [], share: 0, isLive: false };
    entry.variants.push(key);
    entry.share += taking * (weights[index] ?? 0);
    shares.set(version, entry);
  }
  return [...shares.values()];
}

/** A release's stage as if its new version had another share. */
export function withShare<Stage extends Pick<Experiment, "spec" | "phases">>(
  stage: Stage,
  share: number,
): Stage {
  const weights = stage.spec.variants.map(({ key }) => (key === stage.spec.control ? 1 - share : share));
  return { ...stage, phases: [{ startedAt: 0, weights }] };
}

/** Who gets what in the first stage of a release. */
export function sharesInStage(
  version: number,
  variant: string,
  { share }: Stage,
  liveVersion: number,
): VersionShare[] {
  return [
    { version: liveVersion, variants: [], share: 1 - share, isLive: true },
    { version, variants: [variant], share, isLive: false },
  ];
}
