import type { ExplanationReply } from "#contract/explanations.ts";
import { COMPARISON } from "#model/experiment/holdout-arms.ts";

type Explained = Omit<ExplanationReply["experiments"][number], "sentence">;

/** Buckets are ten-thousandths; of a namespace, thousandths. */
const bucketText = (bucket: number) => bucket.toFixed(4);

const rangeText = ({ start, end }: { start: number; end: number }) =>
  `${bucketText(start)} to below ${bucketText(end)}`;

function placeText({ place }: Explained): string {
  if (!place) return "";
  const own = place.ranges.find(({ variant }) => variant === place.variant);
  return own
    ? `its hash falls on ${bucketText(place.bucket)}, and '${own.variant}' has ${rangeText(own.range)}`
    : "";
}

/** How an experiment treats a unit, as a sentence. */
export function explainExperiment(explained: Explained): string {
  const { experiment, outcome, namespace, place } = explained;
  switch (outcome) {
    case "outside_namespace":
      return namespace
        ? `'${experiment}' leaves the unit out: in the namespace '${namespace.name}' its hash falls on ${bucketText(namespace.bucket)}, and the experiment has ${rangeText(namespace.range)}.`
        : `'${experiment}' leaves the unit out: it lies outside its namespace.`;
    case "condition_not_met":
      return `'${experiment}' leaves the unit out: its attributes do not meet the condition.`;
    case "not_covered":
      return `'${experiment}' leaves the unit out: its hash falls on ${bucketText(place?.bucket ?? 0)}, which the coverage does not reach.`;
    case "excluded":
      return `'${experiment}' leaves the unit out: it is excluded by name, and what it does counts nowhere.`;
    case "forced":
      return `'${experiment}' decides: the unit is forced to '${explained.forcedVariant}' by name, and what it does counts nowhere.`;
    case "assigned":
      return `'${experiment}' decides: ${placeText(explained)}.`;
    case "switched_off":
      return `'${experiment}' decides: ${placeText(explained)}; but this variant was switched off, so the unit is served the control and takes no part.`;
  }
}

type ExplainedHoldout = Omit<NonNullable<ExplanationReply["holdout"]>, "sentence">;

/** How a holdout treats a unit, as a sentence. @param assignment what the unit gets in the end */
export function explainHoldout(
  { holdout, bucket, ranges, group }: ExplainedHoldout,
  { reason, version }: Pick<ExplanationReply["assignment"], "reason" | "version">,
): string {
  const range = ranges.find((one) => one.group === group)?.range;
  if (!group || !range)
    return `The holdout '${holdout}' leaves the unit alone: its hash falls on ${bucketText(bucket)}, which is in neither of its groups.`;
  const place = `its hash falls on ${bucketText(bucket)}, and the group '${group}' has ${rangeText(range)}`;
  if (group === COMPARISON)
    return `The holdout '${holdout}' compares with the unit: ${place}. It gets what it would get without the holdout.`;
  return reason === "OVERRIDE"
    ? `The holdout '${holdout}' would keep the unit out: ${place}; but an experiment forces it to a variant by name.`
    : `The holdout '${holdout}' decides: ${place}. No experiment is asked, and the unit gets version ${version}, which was live when the holdout began.`;
}
