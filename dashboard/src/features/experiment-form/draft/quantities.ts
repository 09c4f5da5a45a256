import { readNumberText } from "#dashboard/format/number-text.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { DurationDraft } from "./experiment-draft.ts";

export const SECONDS = { minutes: 60, hours: 3_600, days: 86_400 } as const;

/** Decimal shifts leave binary noise; no quantity here has more digits than this. */
const withoutNoise = (value: number) => Number(value.toPrecision(12));

/** A share as it is typed in percent; what is no number goes through for the schema to refuse. */
export function readPercent(text: string): number | string | undefined {
  const value = readNumberText(text);
  return typeof value === "number" ? withoutNoise(value / 100) : value;
}

export function toPercentText(share: number): string {
  return String(withoutNoise(share * 100));
}

export function readDuration({ amount, unit }: DurationDraft): number | string | undefined {
  const value = readNumberText(amount);
  return typeof value === "number" ? withoutNoise(value * SECONDS[unit]) : value;
}

/** The largest unit in which the duration is a whole number, or else minutes. */
export function toDurationDraft(seconds: number | undefined, usual: DurationDraft["unit"]): DurationDraft {
  if (seconds === undefined || seconds === 0) return { amount: "", unit: usual };
  const unit = (["days", "hours"] as const).find((name) => seconds % SECONDS[name] === 0) ?? "minutes";
  return { amount: String(withoutNoise(seconds / SECONDS[unit])), unit };
}

type Kind = "absolute" | "relative";

/** True where a difference is typed in percent (relative) or percentage points (a proportion). */
export function isTypedInPercent(kind: Kind, metric: Pick<MetricDefinition, "type"> | undefined): boolean {
  return kind === "relative" || metric?.type === "proportion";
}

/** What a typed difference is counted in. */
export function differenceUnit(kind: Kind, metric: MetricDefinition | undefined): string {
  if (kind === "relative") return "% of control";
  if (metric?.type === "proportion") return "percentage points";
  return metric?.displayUnit || "in the metric’s units";
}

export function readDifference(kind: Kind, text: string, metric: MetricDefinition | undefined) {
  return isTypedInPercent(kind, metric) ? readPercent(text) : readNumberText(text);
}

export function toDifferenceText(kind: Kind, value: number, metric: MetricDefinition | undefined): string {
  return isTypedInPercent(kind, metric) ? toPercentText(value) : String(value);
}
