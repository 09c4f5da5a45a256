import type { ReleaseInput } from "#contract/releases.ts";
import { checkExperiment } from "#model/experiment/checks.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { stagesOf } from "#model/release/promotion-plan.ts";
import { PREVIOUS_VARIANT, stageKeyOf, stageSpecOf } from "#model/release/stage-spec.ts";
import { err, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { findConfig } from "#store/configs.ts";
import type { Database } from "#store/database.ts";
import { createExperiment, deleteDraft } from "#store/experiments.ts";
import { readCatalog } from "./catalog.ts";
import { findFreeKey } from "./release-stages.ts";
import { startExperiment } from "./transitions.ts";

/**
 * Starts a release without an experiment before it: the first stage of a version that nothing was proven about. It is reverted
 * where a guardrail or the primary metric is proven to be harmed.
 * @param unitKeyId the id of the secret by which its units are hashed
 * @returns the first stage, or why there can be none
 */
export async function startRelease(
  database: Database,
  configKey: string,
  { version, plan, kind, metrics, alpha, shards, unvouched }: ReleaseInput,
  act: Act & { unitKeyId: string },
): Promise<Result<Experiment>> {
  const config = await findConfig(database, configKey);
  if (!config.ok) return config;
  const { liveVersion: previousVersion } = config.value;
  if (version === previousVersion) {
    return err("invalid_input", "There is nothing to release.", [
      { path: "/version", code: "already_live", message: `version ${version} is live already` },
    ]);
  }
  const stages = stagesOf(plan, 0);
  if (stages.length === 0) {
    return err("invalid_input", "Nothing would be watched.", [
      {
        path: "/plan",
        code: "no_stage",
        message: "give it a stage below 100 or a holdback, or make the version live at once",
      },
    ]);
  }
  const treatment = { key: `version-${version}`, version };
  const name = await findFreeKey(database, stageKeyOf(configKey, `-v${version}`), "-release");
  const raw = {
    key: name,
    config: configKey,
    kind,
    metrics,
    alpha,
    shards,
    unvouched,
    control: PREVIOUS_VARIANT,
    variants: [
      { key: PREVIOUS_VARIANT, version: previousVersion, weight: 0.5 },
      { ...treatment, weight: 0.5 },
    ],
  };
  const checked = checkExperiment(raw, await readCatalog(database, configKey));
  if (!checked.ok)
    return err("impossible_experiment", "The release cannot be run as described.", checked.error);
  const base = completeSpec(checked.value.input, PREVIOUS_VARIANT);
  const release = { origin: null, name, stages, stage: 0, previousVersion };
  const spec = stageSpecOf(base, name, treatment, release, [[0, 1]]);
  const draft = await createExperiment(database, spec, act);
  if (!draft.ok) return draft;
  const started = await startExperiment(database, draft.value, act);
  if (!started.ok) await deleteDraft(database, name, act);
  return started;
}
