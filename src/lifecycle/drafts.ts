import * as z from "zod";
import { expectedRevisionSchema, runningExperimentUpdateSchema } from "#contract/experiment-changes.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { checkExperiment } from "#model/experiment/checks.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import type { Experiment, ExperimentSpec } from "#model/experiment/experiment.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { changeExperiment, createExperiment, findExperiment } from "#store/experiments.ts";
import { readCatalog } from "./catalog.ts";
import { phasesWithCoverage } from "./change/phases.ts";
import { revisionConflict } from "./revision-conflict.ts";
import { refuseHoldout } from "./transition.ts";

const namesConfigSchema = z.looseObject({ config: z.string() });

function impossible(issues: InputIssue[]) {
  return err("impossible_experiment", "The experiment cannot be run as described.", issues);
}

async function toSpec(database: Database, raw: unknown): Promise<Result<ExperimentSpec>> {
  const named = namesConfigSchema.safeParse(raw);
  const catalog = await readCatalog(database, named.success ? named.data.config : "");
  const checked = checkExperiment(raw, catalog);
  return checked.ok
    ? ok(completeSpec(checked.value.input, checked.value.control))
    : impossible(checked.error);
}

/** Creates a draft, or says everything that makes the experiment impossible. */
export async function draftExperiment(
  database: Database,
  raw: unknown,
  act: Act,
): Promise<Result<Experiment>> {
  const spec = await toSpec(database, raw);
  return spec.ok ? createExperiment(database, spec.value, act) : spec;
}

async function replaceDraft(
  database: Database,
  before: Experiment,
  raw: unknown,
  { actor, now }: Act,
): Promise<Result<Experiment>> {
  // An edit describes a whole experiment and cannot say what a stage is a part of.
  if (before.spec.release) {
    return impossible([
      {
        path: "",
        code: "stage_of_release",
        message: "a stage of a release cannot be edited: start a new release",
      },
    ]);
  }
  const spec = await toSpec(database, raw);
  if (!spec.ok) return spec;
  if (spec.value.key !== before.spec.key || spec.value.config !== before.spec.config) {
    return impossible([
      { path: "/key", code: "immutable_field", message: "key and config of an experiment never change" },
    ]);
  }
  return changeExperiment(database, before, {
    spec: spec.value,
    audit: { at: now, actor, action: "experiment.edit", subject: `experiment:${before.spec.key}` },
  });
}

async function updateActive(
  database: Database,
  before: Experiment,
  raw: unknown,
  { actor, now }: Act,
): Promise<Result<Experiment>> {
  const parsed = runningExperimentUpdateSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success) {
    return err(
      "invalid_input",
      "While an experiment runs only its name, hypothesis, coverage (upwards), analysis interval and kept properties may change.",
      toInputIssues(parsed.error.issues),
    );
  }
  const { coverage = before.spec.coverage } = parsed.data;
  if (coverage < before.spec.coverage) {
    return impossible([
      {
        path: "/coverage",
        code: "coverage_may_only_grow",
        message: "shrinking it would throw units out half-way",
      },
    ]);
  }
  const changes = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  return changeExperiment(database, before, {
    spec: { ...before.spec, ...changes },
    phases: phasesWithCoverage(before, coverage),
    audit: {
      at: now,
      actor,
      action: "experiment.update",
      subject: `experiment:${before.spec.key}`,
      details: changes,
    },
  });
}

/** Takes the revision that an edit was made on apart from the edit itself, whose own faults are found later. */
function extractRevision(raw: unknown): Result<{ revision: number | undefined; edit: unknown }> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return ok({ revision: undefined, edit: raw });
  }
  const { revision: given, ...edit } = { revision: undefined, ...raw };
  const parsed = expectedRevisionSchema.safeParse({ revision: given });
  if (!parsed.success) {
    return err("invalid_input", "The revision is not one.", toInputIssues(parsed.error.issues));
  }
  return ok({ revision: parsed.data.revision, edit });
}

/** How often an update is applied to what others have made of the experiment in the meantime. */
const MAXIMUM_ATTEMPTS = 5;

async function editOnce(
  database: Database,
  before: Experiment,
  edit: unknown,
  act: Act,
): Promise<Result<Experiment>> {
  const refusal = refuseHoldout(before.spec);
  if (refusal) return refusal;
  if (before.status === "draft") return replaceDraft(database, before, edit, act);
  if (isActive(before.status)) return updateActive(database, before, edit, act);
  return err("transition_not_allowed", "The experiment has ended: it is a record now.");
}

/**
 * Edits an experiment: a draft as a whole, an active one within the limits that keep its data meaningful. An edit that
 * names the revision it was made on is refused when the experiment has changed since. An update without one is made on
 * whatever the experiment is by then, so that two updates of different fields at once are both kept.
 */
export async function editExperiment(
  database: Database,
  key: string,
  raw: unknown,
  act: Act,
): Promise<Result<Experiment>> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await findExperiment(database, key);
    if (!stored.ok) return stored;
    const before = stored.value;
    const request = extractRevision(raw);
    if (!request.ok) return request;
    const { revision, edit } = request.value;
    if (revision !== undefined && revision !== before.revision) return revisionConflict(before);
    const edited = await editOnce(database, before, edit, act);
    const isOvertaken = !edited.ok && edited.error.code === "revision_conflict";
    const mayRepeat = revision === undefined && isActive(before.status) && attempt < MAXIMUM_ATTEMPTS;
    if (!isOvertaken || !mayRepeat) return edited;
  }
}
