import type { ExperimentResults } from "#model/analysis/results.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { isLastStage } from "#model/release/release.ts";
import { plural } from "#reporter/numbers.ts";

/** What changes live traffic and is therefore asked about first. */
export type ExperimentAction =
  | "start"
  | "pause"
  | "resume"
  | "stop"
  | "rollback"
  | "promote"
  | "advance"
  | "accept"
  | "exclude"
  | "coverage"
  | "delete";

interface Words {
  /** On the button and in the command palette. */
  label: string;
  confirm: string;
  /** Keys for the command palette, one after another. */
  keys: string;
  danger?: boolean;
}

export const actWords: Record<ExperimentAction, Words> = {
  start: { label: "Start…", confirm: "Start the experiment", keys: "a s" },
  pause: { label: "Pause…", confirm: "Pause the experiment", keys: "a p" },
  resume: { label: "Resume…", confirm: "Resume the experiment", keys: "a p" },
  promote: { label: "Promote…", confirm: "Promote", keys: "a w" },
  advance: { label: "Next stage…", confirm: "Start the next stage", keys: "a n" },
  rollback: { label: "Roll back…", confirm: "Roll back", keys: "a b", danger: true },
  accept: { label: "Accept the data…", confirm: "Accept the data", keys: "a k" },
  exclude: { label: "Exclude a time range…", confirm: "Exclude time range", keys: "a h" },
  stop: { label: "Stop without a winner…", confirm: "Stop the experiment", keys: "a x", danger: true },
  coverage: { label: "Raise coverage…", confirm: "Raise coverage", keys: "a c" },
  delete: { label: "Delete draft…", confirm: "Delete the draft", keys: "a d", danger: true },
};

/** Does a promotion wait for a person who looks at the data and accepts them? */
function canAccept(results: ExperimentResults | undefined): boolean {
  if (!results) return false;
  const { code } = results.decision.reason;
  const isSplit = code === "split_not_settled" || code === "lost_units_could_explain";
  return results.analysis.dataDoubts.length > 0 || isSplit;
}

/** What can be done in each status, in the order in which it is offered. */
export function actsFor(
  { status, spec }: Experiment,
  results: ExperimentResults | undefined,
): ExperimentAction[] {
  if (status === "draft") return ["start", "delete"];
  if (!isActive(status)) return [];
  const turn: ExperimentAction = status === "running" ? "pause" : "resume";
  const growth: ExperimentAction[] = spec.coverage < 1 ? ["coverage"] : [];
  const acceptance: ExperimentAction[] = canAccept(results) ? ["accept"] : [];
  const { release } = spec;
  const nextStage: ExperimentAction[] =
    status === "running" && release && !isLastStage(release) ? ["advance"] : [];
  return [...acceptance, "promote", ...nextStage, "rollback", turn, "exclude", ...growth, "stop"];
}

/** What one act does to live traffic, in one or two sentences. */
export function consequence(act: ExperimentAction, { spec }: Experiment, liveVersion: number): string {
  const versions = plural(String(spec.variants.length), "variant");
  switch (act) {
    case "start":
      return `Traffic is split between ${versions} within about 5 seconds. Variants, weights and metric definitions cannot be changed after that.`;
    case "pause":
      return `All traffic gets the live version ${liveVersion} within about 5 seconds. When you resume, every unit gets the same variant again.`;
    case "resume":
      return "Every unit gets the same variant as before the pause within about 5 seconds.";
    case "stop":
      return `The experiment ends without a winner. All traffic gets the live version ${liveVersion} within about 5 seconds. The experiment cannot be restarted.`;
    case "rollback":
      return `The experiment ends. All traffic gets the live version ${liveVersion} within about 5 seconds. The live version is unchanged. The experiment cannot be restarted.`;
    case "accept":
      return "Data collected so far is kept and can be used to promote a winner. Traffic does not change. New data is checked again. Fix the cause first: affected units stay in the results.";
    case "exclude":
      return "Events in this time range and all units first seen in it are removed from the results. Totals are recomputed from the event log, which keeps everything, and the remaining data is checked again. Traffic does not change. This cannot be undone.";
    case "promote":
      if (spec.release) return "The release ends, and the chosen version is live for everybody.";
      return "The experiment ends with a winner. It cannot be restarted.";
    case "advance":
      return "This stage of the release ends, and the next one gives more units the new version within about 5 seconds. Nobody returns to the version before.";
    case "coverage":
      return "More units take part. Assigned units keep their variant. Coverage can only be increased while an experiment runs.";
    case "delete":
      return "The draft is permanently deleted. It never received traffic.";
  }
}
