import { actorWords, isAutomatic } from "#dashboard/format/actor.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { statusWords } from "#dashboard/format/words.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
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

function endedVerdict({ experiment, results, liveVersion }: ExperimentState): Verdict {
  const { spec, conclusion } = experiment;
  if (!conclusion) {
    const action = { promoted: "promote", rolled_back: "rollback", stopped: "stop" } as const;
    const { status } = experiment;
    const look = status === "promoted" || status === "rolled_back" ? action[status] : action.stopped;
    return { look, sentence: `${statusWords[status]}.`, detail: null };
  }
  const { action, variant, actor, at, reason } = conclusion;
  const version = spec.variants.find(({ key }) => key === variant)?.version;
  const kept =
    action === "promote" ? `'${variant}' (version ${version}) went live` : "the live version is unchanged";
  const sentence =
    // Results may be those of before the end.
    isAutomatic(actor) && results?.conclusion
      ? results.summary
      : `${statusWords[experiment.status]} by ${actorWords(actor)}: ${kept}.`;
  const why = !isAutomatic(actor) && reason !== "" ? ` Reason: ${reason}` : "";
  const since =
    action === "promote" && liveVersion !== undefined && liveVersion !== version
      ? ` Version ${liveVersion} is live now.`
      : liveVersion === undefined
        ? ""
        : ` All traffic now gets version ${liveVersion}.`;
  return {
    look: action,
    sentence,
    detail: `Ended ${formatDateTime(at)}, decided by ${actorWords(actor)}.${since}${why}`,
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
