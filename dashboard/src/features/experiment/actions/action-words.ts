import { plural } from "#dashboard/format/words.ts";
import type { ExperimentResults } from "#model/analysis/decision.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";

/** What changes live traffic and is therefore asked about first. */
export type ExperimentAction =
  | "start"
  | "pause"
  | "resume"
  | "stop"
  | "rollback"
  | "promote"
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
  rollback: { label: "Roll back…", confirm: "Roll back", keys: "a b", danger: true },
  accept: { label: "Accept the data…", confirm: "Accept the data", keys: "a k" },
  exclude: { label: "Exclude a stretch of time…", confirm: "Exclude the stretch", keys: "a h" },
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
  return [...acceptance, "promote", "rollback", turn, "exclude", ...growth, "stop"];
}

/** What one act does to live traffic, in one or two sentences. */
export function consequence(act: ExperimentAction, { spec }: Experiment, liveVersion: number): string {
  const versions = plural(String(spec.variants.length), "variant");
  switch (act) {
    case "start":
      return `Units are split among ${versions} within about 5 seconds. Variants, split and metric definitions are frozen from then on.`;
    case "pause":
      return `Everybody gets the live version ${liveVersion} within about 5 seconds. Nobody is moved by it: on resuming, every unit has its variant again.`;
    case "resume":
      return "Every unit gets the variant that it had before the pause, within about 5 seconds.";
    case "stop":
      return `The experiment ends without a winner. Everybody gets the live version ${liveVersion} within about 5 seconds. It cannot be started again.`;
    case "rollback":
      return `The experiment ends. Everybody gets the live version ${liveVersion} within about 5 seconds: a rollback deploys nothing. It cannot be started again.`;
    case "accept":
      return "What was counted so far stays in, and a winner may be promoted on it. Traffic does not change. New data are checked again. Fix the cause first: the units that it affected stay counted.";
    case "exclude":
      return "What happened from then until then counts nowhere, and neither do the units that were first seen in it, now or later. Totals are rebuilt from the log, which keeps all of it. Doubts that came from it fall, and what is left is checked anew. Traffic does not change. It cannot be taken back.";
    case "promote":
      return "The experiment ends, and the chosen variant's version becomes the live one. It cannot be started again.";
    case "coverage":
      return "More units take part. Those that do already keep their variant. Coverage can only grow while an experiment runs.";
    case "delete":
      return "The draft is deleted for good. It never had traffic, so nobody notices.";
  }
}
