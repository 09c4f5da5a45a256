import { powerOutlookOf } from "#decider/power-outlook.ts";
import { countedAnewAt } from "#model/experiment/exclusion.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeOutlook } from "#reporter/describe-outlook.ts";
import type { LookStart } from "#store/claim-look.ts";
import type { Database } from "#store/database.ts";
import { noteEnoughPower, noteUnderpowered } from "#store/underpowered.ts";
import { announce } from "./announce.ts";

/** Whether something else than the traffic has moved the count of units since a moment: nobody was assigned, or it was counted anew. */
function isTrafficUnclear({ pauses, exclusions, rebuildPendingSince }: Experiment, since: number): boolean {
  return (
    rebuildPendingSince !== null ||
    pauses.some(({ until }) => until === null || until > since) ||
    exclusions.some(({ until }) => until > since) ||
    (countedAnewAt(exclusions) ?? Number.NEGATIVE_INFINITY) > since
  );
}

/**
 * Tells that an experiment which goes on will end with too little power, once until it has enough again.
 * @param experiment as it is after the look
 * @param units of the look
 * @param now of the look, epoch milliseconds
 */
export async function announceOutlook(
  database: Database,
  experiment: Experiment,
  { earlier, underpoweredSince }: Pick<LookStart, "earlier" | "underpoweredSince">,
  units: number,
  now: number,
): Promise<void> {
  const { spec } = experiment;
  const startedAt = experiment.startedAt ?? now;
  if (isTrafficUnclear(experiment, earlier?.takenAt ?? startedAt)) return;
  const outlook = powerOutlookOf({ spec, startedAt, units, earlier, now });
  if (outlook?.standing === "enough" && underpoweredSince !== null) await noteEnoughPower(database, spec.key);
  if (outlook?.standing !== "too_little" || underpoweredSince !== null) return;
  const act = { actor: "cron", reason: describeOutlook(outlook, spec.coverage), now };
  await noteUnderpowered(database, spec.key, announce("experiment.underpowered", spec, act), now);
}
