import type { Experiment } from "#model/experiment/experiment.ts";
import type { LabelsUpdate } from "#model/experiment/labels.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { storeLabels } from "#store/labels.ts";
import { auditOf } from "./transition.ts";

function actionOf({ archived }: LabelsUpdate): string {
  if (archived === undefined) return "experiment.label";
  return archived ? "experiment.archive" : "experiment.unarchive";
}

/** Changes what people say about an experiment, in whatever state it is; only one that has ended can be archived. */
export async function labelExperiment(
  database: Database,
  experiment: Experiment,
  update: LabelsUpdate,
  act: Act,
): Promise<Result<Experiment>> {
  const { archived, notes, ...named } = update;
  const changes = {
    ...Object.fromEntries(Object.entries({ ...named, notes }).filter(([, value]) => value !== undefined)),
    ...(archived !== undefined && { archivedAt: archived ? act.now : null }),
  };
  // Notes can be long, and the audit keeps everything for good.
  const details = { ...named, ...(notes !== undefined && { notes: `${notes.length} characters` }) };
  const audit = auditOf(experiment, actionOf(update), act, details);
  const labeled = await storeLabels(database, experiment.spec.key, changes, audit, archived === true);
  return labeled
    ? ok(labeled)
    : err("transition_not_allowed", `An experiment that is ${experiment.status} cannot be archived.`);
}
