import { actorWords, isAutomatic } from "#dashboard/format/actor.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { statusWords } from "#dashboard/format/words.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Conclusion, Experiment } from "#model/experiment/experiment.ts";
import { pendingLabels } from "#reporter/decision-text.ts";

/** Where an experiment stands, in one plain sentence and a smaller one behind it. */
export interface Verdict {
  look: DecisionAction | "draft" | "paused";
  sentence: string;
  detail: string | null;
}

interface ExperimentState {
  experiment: Experiment;
  results: ExperimentResults | undefined;
  /** The AI config's live version, undefined while it is not known. */
  liveVersion: number | undefined;
}

function versionWords(liveVersion: number | undefined): string {
  return liveVersion === undefined ? "the live version" : `version ${liveVersion}`;
}

function versionOf({ spec }: Experiment, { variant }: Conclusion): number | undefined {
  return spec.variants.find(({ key }) => key === variant)?.version;
}

/** What became of the AI config when the experiment ended. */
function outcomeWords(experiment: Experiment, conclusion: Conclusion): string {
  const { action, variant, successor } = conclusion;
  const winner = `'${variant}' (version ${versionOf(experiment, conclusion)})`;
  if (successor !== undefined) return `${winner} goes on in the release stage '${successor}'`;
  return action === "promote" ? `${winner} went live` : "the live version is unchanged";
}

/** What all traffic gets since the end; nothing while it is not known, or while a release goes on. */
function liveWords(experiment: Experiment, conclusion: Conclusion, liveVersion: number | undefined): string {
  const { action, successor } = conclusion;
  if (liveVersion === undefined) return "";
  if (successor !== undefined) return ` Version ${liveVersion} stays live until the release is complete.`;
  return action === "promote" && liveVersion !== versionOf(experiment, conclusion)
    ? ` Version ${liveVersion} is live now.`
    : ` All traffic now gets version ${liveVersion}.`;
}

function endedVerdict({ experiment, results, liveVersion }: ExperimentState): Verdict {
  const { conclusion } = experiment;
  if (!conclusion) {
    const action = { promoted: "promote", rolled_back: "rollback", stopped: "stop" } as const;
    const { status } = experiment;
    const look = status === "promoted" || status === "rolled_back" ? action[status] : action.stopped;
    return { look, sentence: `${statusWords[status]}.`, detail: null };
  }
  const { actor, reason } = conclusion;
  const sentence =
    // Results may be those of before the end.
    isAutomatic(actor) && results?.conclusion
      ? results.summary
      : `${statusWords[experiment.status]} by ${actorWords(actor)}: ${outcomeWords(experiment, conclusion)}.`;
  const why = !isAutomatic(actor) && reason !== "" ? ` Reason: ${reason}` : "";
  return {
    look: conclusion.action,
    sentence,
    detail: `Ended ${formatDateTime(conclusion.at)}, decided by ${actorWords(actor)}.${liveWords(experiment, conclusion, liveVersion)}${why}`,
  };
}

/** Numbers computed at this moment may name a decision that nobody has carried out yet. */
function runningVerdict({ experiment, results }: ExperimentState): Verdict {
  const switchedOffWords = experiment.switchedOff.map(
    ({ variant, at }) => `'${variant}' on ${formatDateTime(at)}`,
  );
  const switchedOff =
    switchedOffWords.length === 0
      ? null
      : `Switched off: ${switchedOffWords.join(", ")}. Its units get control.`;
  if (!results) {
    return { look: "continue", sentence: "Running. Waiting for the first analysis.", detail: null };
  }
  const { decision, summary } = results;
  const words = pendingLabels[decision.action];
  if (words === undefined) return { look: decision.action, sentence: summary, detail: switchedOff };
  const sentence = `${words}${summary.slice(summary.indexOf(":"))}`;
  return { look: decision.action, sentence, detail: "This happens with the next analysis." };
}

/** The verdict on an experiment in any status. */
export function verdictOf(state: ExperimentState): Verdict {
  const { experiment, results, liveVersion } = state;
  switch (experiment.status) {
    case "draft":
      return {
        look: "draft",
        sentence: `Not started: all traffic gets ${versionWords(liveVersion)} of '${experiment.spec.config}'.`,
        detail: null,
      };
    case "paused":
      return {
        look: "paused",
        sentence: `Paused: all traffic gets ${versionWords(liveVersion)} of '${experiment.spec.config}' until it resumes.`,
        detail: results ? `So far: ${results.summary}` : null,
      };
    case "running":
      return runningVerdict(state);
    default:
      return endedVerdict(state);
  }
}
