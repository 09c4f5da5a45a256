import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createEffect, on } from "solid-js";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { sessionQueries } from "#dashboard/data/session.ts";
import { notify, type Toast } from "#dashboard/data/toasts.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Conclusion, Experiment } from "#model/experiment/experiment.ts";
import { verdictOf } from "./verdict.ts";

const tones: Record<Conclusion["action"], Toast["tone"]> = {
  promote: "better",
  advance: "better",
  rollback: "worse",
  stop: "neutral",
};

/** Says so, aloud too, when an experiment ends under the eyes of somebody who did not end it. */
export function useEndingAnnouncement(
  experiment: Accessor<Experiment | undefined>,
  results: Accessor<ExperimentResults | undefined>,
): void {
  const session = useQuery(() => sessionQueries.current());
  createEffect(
    on(experiment, (after, before) => {
      const ending = after?.conclusion;
      const wasSeenOpen = before?.spec.key === after?.spec.key && before?.conclusion === null;
      if (!after || !ending || !wasSeenOpen || ending.actor === loadedData(session)?.actor) return;
      // The results may still be those of before the end; the reason on record is the sentence that decided.
      const { sentence } = verdictOf({ experiment: after, results: results(), liveVersion: undefined });
      const detail = ending.reason === "" ? sentence : ending.reason;
      notify({ tone: tones[ending.action], title: `This experiment has ended: ${after.spec.name}`, detail });
    }),
  );
}
