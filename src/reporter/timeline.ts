import type { Conclusion, Experiment } from "#model/experiment/experiment.ts";
import { describePhaseCause, describePhaseWeights } from "./describe-phase.ts";

/** What happened to an experiment at one time. */
export interface TimelineEntry {
  /** Epoch milliseconds. */
  at: number;
  words: string;
}

/** More say little; the others are in the audit log. */
const MAXIMUM_ENTRIES = 60;

function because(reason: string): string {
  return reason === "" ? "" : ` (${reason})`;
}

function phaseEntries(experiment: Experiment): TimelineEntry[] {
  return experiment.phases.slice(1).map((phase, index) => ({
    at: phase.startedAt,
    words: `Phase ${index + 2} began: ${describePhaseWeights(experiment, phase)} (${describePhaseCause(phase)})`,
  }));
}

function pauseEntries({ pauses }: Experiment): TimelineEntry[] {
  return pauses.flatMap(({ from, until }) => [
    { at: from, words: "Paused" },
    ...(until === null ? [] : [{ at: until, words: "Resumed" }]),
  ]);
}

const ENDINGS = {
  promote: "Promoted",
  rollback: "Rolled back",
  stop: "Stopped",
  advance: "Stage passed by",
} as const;

/** Where nothing was deployed, the variant is control, and says nothing. */
function endingOf({ action, variant }: Conclusion): string {
  return action === "promote" || action === "advance" ? `${ENDINGS[action]} ${variant}` : ENDINGS[action];
}

/** What happened to an experiment, oldest first; the newest entries of many. */
export function timelineOf(experiment: Experiment): TimelineEntry[] {
  const { spec, createdAt, startedAt, switchedOff, acceptances, exclusions, conclusion } = experiment;
  const entries: TimelineEntry[] = [
    { at: createdAt, words: "Created" },
    ...(startedAt === null ? [] : [{ at: startedAt, words: "Started" }]),
    ...phaseEntries(experiment),
    ...pauseEntries(experiment),
    ...spec.metrics.flatMap(({ metric, addedAt }) =>
      addedAt === undefined ? [] : [{ at: addedAt, words: `Secondary metric added: ${metric}` }],
    ),
    ...switchedOff.map(({ at, variant, reason }) => ({
      at,
      words: `${variant} switched off${because(reason)}`,
    })),
    ...acceptances.map(({ at, reason }) => ({ at, words: `Data in doubt accepted${because(reason)}` })),
    ...exclusions.map(({ at, from, until, reason }) => ({
      at,
      words: `Time from ${new Date(from).toISOString()} to ${new Date(until).toISOString()} excluded${because(reason)}`,
    })),
    ...(conclusion
      ? [
          {
            at: conclusion.at,
            words: `${endingOf(conclusion)}${because(conclusion.reason)}`,
          },
        ]
      : []),
  ];
  return entries.sort((a, b) => a.at - b.at).slice(-MAXIMUM_ENTRIES);
}
