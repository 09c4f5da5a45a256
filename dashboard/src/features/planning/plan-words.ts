import type { SampleSizeReply } from "#dashboard/data/planning.ts";
import { courseSentence, type ExpectedEnd } from "#dashboard/format/expected-course.ts";
import type { ExpectedCourseReply, SampleSizeInput } from "#model/analysis/sample-size.ts";
import { formatValue } from "#reporter/metric-values.ts";
import { formatCount, formatFixed, formatPercent, plural } from "#reporter/numbers.ts";

const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** How the numbers of a question are written: as percent and percentage points, or plainly with a unit. */
export interface PlanNotation {
  isProportion: boolean;
  unit: string;
}

export function formatLevel(value: number, { isProportion, unit }: PlanNotation): string {
  if (isProportion) return `${digits.format(value * 100)}%`;
  return unit === "USD" ? `$${digits.format(value)}` : `${digits.format(value)}${unit && ` ${unit}`}`;
}

export function formatStep(value: number, notation: PlanNotation): string {
  return notation.isProportion ? `${digits.format(value * 100)} pp` : formatLevel(value, notation);
}

export function formatDays(days: number): string {
  if (days < 1) return `${formatFixed(days * 24, 1)} hours`;
  return `${formatFixed(days, days < 10 ? 1 : 0)} days`;
}

export function formatDollars(dollars: number): string {
  return formatValue({ type: "mean", displayUnit: "USD" }, dollars, null);
}

/** What may be true of the treatment, and how the experiment goes then. */
export interface CostRow {
  truth: "effect" | "none" | "harm";
  name: string;
  end: ExpectedEnd;
}

/** @param effect the planned one, in words */
export function costRows(course: ExpectedCourseReply, effect: string): CostRow[] {
  return [
    { truth: "effect", name: `Effect of ${effect}`, end: course.effect },
    { truth: "none", name: "No difference", end: course.none },
    ...(course.harm ? [{ truth: "harm", name: `Harm of ${effect}`, end: course.harm } as const] : []),
  ];
}

const endWords: Record<keyof ExpectedEnd["chances"], string> = {
  promoted: "promoted",
  provenWorse: "proven worse",
  futile: "stopped as out of reach",
  undecided: "undecided",
};
const ends = ["promoted", "provenWorse", "futile", "undecided"] as const;

/** Below half a percent a chance would read as 0%. */
const SMALLEST_SHOWN_CHANCE = 0.005;

/** How an experiment ends, the likeliest way first: "80% promoted, 20% stopped as out of reach". */
export function endsOf({ chances }: ExpectedEnd): string {
  return ends
    .filter((end) => chances[end] >= SMALLEST_SHOWN_CHANCE)
    .toSorted((a, b) => chances[b] - chances[a])
    .map((end) => `${formatPercent(chances[end])} ${endWords[end]}`)
    .join(", ");
}

export const unitsOf = (plan: SampleSizeReply["alwaysValid"]) => plan.controlUnits + plan.treatmentUnits;

/** The plan in words, for a document that others will read. */
export function planSentence(
  question: SampleSizeInput,
  reply: SampleSizeReply,
  notation: PlanNotation,
): string {
  const { alwaysValid, fixedHorizon, baseline } = reply;
  const course = reply.expected.forMaximum ?? reply.expected.forPower;
  const { absolute, relative } = alwaysValid.minimumDetectableEffect;
  const share = relative === null ? "" : ` (${formatPercent(relative, 1)} of control)`;
  const days = alwaysValid.days === null ? "" : `, about ${formatDays(alwaysValid.days)}`;
  const once = fixedHorizon.minimumDetectableEffect.absolute;
  const other = once === absolute ? "" : ` and detect ${formatStep(once, notation)}`;
  return [
    `To detect a difference of ${formatStep(absolute, notation)}${share} from a baseline of ${formatLevel(baseline.estimate, notation)}`,
    `with ${formatPercent(question.power)} power at alpha ${question.alpha}`,
    `we need ${plural(formatCount(unitsOf(alwaysValid)), "unit")} (${formatCount(alwaysValid.controlUnits)} in control, ${formatCount(alwaysValid.treatmentUnits)} in treatment)${days} in a sequential test;`,
    `a fixed-horizon test would need ${formatCount(unitsOf(fixedHorizon))}${other}.`,
    ...(course ? [courseSentence(course)] : []),
  ].join(" ");
}
