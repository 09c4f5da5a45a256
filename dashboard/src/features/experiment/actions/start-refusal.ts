import type { Experiment } from "#model/experiment/experiment.ts";

export function isControlLive({ spec }: Experiment, liveVersion: number): boolean {
  return spec.variants.some(({ key, version }) => key === spec.control && version === liveVersion);
}

/** Why the draft of a release's stage cannot start; undefined where it can. A person may accept it of any other experiment. */
export function findStaleRelease(experiment: Experiment, liveVersion: number): string | undefined {
  if (experiment.spec.release === undefined || isControlLive(experiment, liveVersion)) return undefined;
  return `Version ${liveVersion} is live now. Delete this draft and start a new release.`;
}
