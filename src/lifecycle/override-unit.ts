import { overrideHashOf } from "#assigner/override-hash.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { MAXIMUM_OVERRIDES, type OverrideInput } from "#model/experiment/override.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { changeExperiment, findExperiment } from "#store/experiments.ts";
import { listOverriding } from "#store/overridden-units.ts";
import { auditOf, refuseHoldout } from "./transition.ts";

/** Others may change an experiment at the same time; so often it is tried to take a unit out of its overrides. */
const TRIES = 5;

function refuseEnded({ status, spec }: Experiment): Failure | undefined {
  if (spec.holdout) return refuseHoldout(spec);
  if (status === "draft" || isActive(status)) return undefined;
  return err("transition_not_allowed", `An experiment that is ${status} assigns nobody.`);
}

/** Why an experiment cannot start with its overrides: a draft's variants may have changed since. */
export function refuseUnknownOverrides({ spec, overrides }: Experiment): Failure | undefined {
  const isKnown = (key: string | null) =>
    key === null || spec.variants.some((variant) => variant.key === key);
  const unknown = overrides.find(({ variant }) => !isKnown(variant));
  return (
    unknown &&
    err("invalid_input", "A unit is forced to a variant that there is not.", [
      {
        path: "/overrides",
        code: "unknown_variant",
        message: `there is no variant '${unknown.variant}': remove the override, or add the variant`,
      },
    ])
  );
}

/**
 * Forces a unit to a variant, or excludes it. From then on what it does is refused and counts nowhere; what it did before stays.
 * The unit's name is not kept. One that is overridden already is overridden anew. What stands for it and whose it is are in the list
 * alone: the audit is kept when the unit is erased, and names could be tried against it.
 */
export async function overrideUnit(
  database: Database,
  experiment: Experiment,
  { unit, variant, note }: OverrideInput,
  act: Act,
): Promise<Result<Experiment>> {
  const refused = refuseEnded(experiment);
  if (refused) return refused;
  const { spec, overrides } = experiment;
  if (variant !== null && !spec.variants.some(({ key }) => key === variant)) {
    const issue = { path: "/variant", code: "unknown_variant", message: `there is no variant '${variant}'` };
    return err("invalid_input", "A unit can be forced to one of the experiment's variants.", [issue]);
  }
  const name = overrideHashOf(spec.key, unit);
  const others = overrides.filter((one) => one.unit !== name);
  if (others.length >= MAXIMUM_OVERRIDES)
    return err("limit_reached", `An experiment can override ${MAXIMUM_OVERRIDES} units.`);
  const { actor, now } = act;
  return changeExperiment(database, experiment, {
    overrides: [...others, { unit: name, variant, note, actor, at: now }],
    audit: auditOf(experiment, "experiment.override", act, { variant }),
  });
}

/** Leaves a unit to the hash again. @param name what stands for it in the list of overrides */
export async function removeOverride(
  database: Database,
  experiment: Experiment,
  name: string,
  act: Act,
): Promise<Result<Experiment>> {
  const refused = refuseEnded(experiment);
  if (refused) return refused;
  const overrides = experiment.overrides.filter(({ unit }) => unit !== name);
  if (overrides.length === experiment.overrides.length)
    return err("override_not_found", `There is no override '${name}'.`);
  return changeExperiment(database, experiment, {
    overrides,
    audit: auditOf(experiment, "experiment.remove_override", act),
  });
}

/** Takes a unit that is to be erased out of the overrides of all experiments, also of those that have ended. */
export async function forgetOverrides(database: Database, unit: string, act: Act): Promise<Result<null>> {
  for (const key of await listOverriding(database, (experiment) => overrideHashOf(experiment, unit))) {
    const name = overrideHashOf(key, unit);
    for (let tried = 1; ; tried++) {
      const found = await findExperiment(database, key);
      if (!found.ok || !found.value.overrides.some((one) => one.unit === name)) break;
      const overrides = found.value.overrides.filter((one) => one.unit !== name);
      const audit = auditOf(found.value, "experiment.remove_override", act);
      const changed = await changeExperiment(database, found.value, { overrides, audit });
      if (changed.ok) break;
      if (tried === TRIES) return changed;
    }
  }
  return ok(null);
}
