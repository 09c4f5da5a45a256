import type { ExperimentMessageType, MessageData } from "#model/webhook/message.ts";

type Described = Pick<MessageData, "name" | "variant" | "release" | "successor">;

function nameOf(variant: MessageData["variant"]): string {
  return variant === null ? "A variant" : `Variant '${variant.key}' (version ${variant.version})`;
}

function stageOf({ release, name }: Described): string {
  return release === null
    ? `the experiment '${name}'`
    : `stage ${release.stage + 1} of ${release.stages.length} of the release '${release.name}'`;
}

function shareOf({ release }: Described): string {
  const share = release?.stages[release.stage]?.share;
  return share === undefined ? "some" : `${Number((share * 100).toFixed(2))} %`;
}

/** What a message tells of, as a sentence. */
export function describeMessage(type: ExperimentMessageType, data: Described): string {
  const { name, variant, release, successor } = data;
  const releaseName = release?.name ?? name;
  switch (type) {
    case "experiment.started":
      return `The experiment '${name}' has started.`;
    case "experiment.promoted":
      return successor === null
        ? `${nameOf(variant)} was promoted by the experiment '${name}' and is live.`
        : `${nameOf(variant)} was promoted by the experiment '${name}' and is released in stages as '${successor}'.`;
    case "experiment.rolled_back":
      return `The experiment '${name}' was rolled back${variant === null ? "" : ` because of variant '${variant.key}' (version ${variant.version})`}.`;
    case "experiment.stopped":
      return `The experiment '${name}' was stopped without a winner.`;
    case "experiment.held":
      return `Promotions of the experiment '${name}' are on hold.`;
    case "experiment.underpowered":
      return `The experiment '${name}' will probably end without an answer: too few units arrive.`;
    case "variant.switched_off":
      return `${nameOf(variant)} was switched off in the experiment '${name}'; its units get the control.`;
    case "release.stage_started":
      return `Started ${stageOf(data)}: version ${variant?.version} goes to ${shareOf(data)}.`;
    case "release.advanced":
      return `Passed ${stageOf(data)} with version ${variant?.version}.`;
    case "release.completed":
      return `The release '${releaseName}' is complete: version ${variant?.version} is live.`;
    case "release.reverted":
      return `The release '${releaseName}' was reverted: version ${release?.previousVersion} stays live.`;
  }
}
