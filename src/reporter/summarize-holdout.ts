import type { HoldoutEffect, HoldoutResults } from "#contract/holdouts.ts";
import type { DataDoubt } from "#model/analysis/data-quality.ts";
import { formatDifference, formatInterval } from "./metric-values.ts";
import { formatCount, formatShort } from "./numbers.ts";

const WORDS: Record<HoldoutEffect["verdict"], string> = {
  better: "an improvement that is proven",
  worse: "a loss that is proven",
  unproven: "which may be due to chance",
  unknown: "which cannot be told yet",
};

const DOUBTS: Record<DataDoubt, string> = {
  sample_ratio_mismatch: "the two groups are not as large as they should be",
  too_many_multiple_exposures: "too many units were seen in both groups",
  too_many_erased_units: "too many units were erased",
};

/** The share that is held out, with the digits that it has: "2.5%". */
export function formatShare(share: number): string {
  return `${formatShort(share * 100)}%`;
}

/** What a holdout has shown so far, in sentences. Pure. */
export function summarizeHoldout({
  holdout,
  effects,
  shipped,
  analysis,
}: Omit<HoldoutResults, "summary">): string {
  const configs = new Set(shipped.map(({ config }) => config)).size;
  const count = shipped.length === 1 ? "One version was" : `${formatCount(shipped.length)} versions were`;
  const where = configs === 1 ? "one AI config" : `${formatCount(configs)} AI configs`;
  const what =
    shipped.length === 0
      ? "Nothing was shipped since the start: both groups get the same, unless experiments go on."
      : `${count} shipped on ${where} since the start.`;
  const primary = effects.find(({ role }) => role === "primary");
  const change = primary?.difference;
  const subject = shipped.length === 1 ? "It changes" : "Together they change";
  const effect = change
    ? `${shipped.length === 0 ? "The groups differ in" : subject} ${primary.definition.name} by ${formatDifference(primary.definition, change.estimate, change.standardError)} (${formatInterval(primary.definition, change.interval, change.standardError)}), ${WORDS[primary.verdict]}.`
    : "The difference cannot be computed yet: both groups need units with outcomes.";
  const doubts = analysis.dataDoubts.map((doubt) => DOUBTS[doubt]);
  const doubted = doubts.length === 0 ? [] : [`Do not trust the numbers: ${doubts.join(", and ")}.`];
  const harmed = effects.filter(({ guardrail }) => guardrail === "harmed");
  const harm =
    harmed.length === 0
      ? []
      : [`Proven harm beyond its margin: ${harmed.map(({ definition }) => definition.name).join(", ")}.`];
  const ended = holdout.endedAt === null ? [] : ["The holdout has ended."];
  return [what, effect, ...harm, ...doubted, ...ended].join(" ");
}
