import type { HoldoutInput } from "#contract/holdouts.ts";
import { checkExperiment } from "#model/experiment/checks.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { MAXIMUM_RUNNING_HOLDOUTS } from "#model/experiment/holdout.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import { type InputIssue, inputIssue } from "#shared/input-issue.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { listArchivedConfigs } from "#store/archive-configs.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { changeExperiment, findExperiment } from "#store/experiments.ts";
import {
  insertHoldout,
  listActiveOnAny,
  listHeldVersions,
  listHoldouts,
  type NewHoldout,
  readLiveVersions,
} from "#store/holdouts.ts";
import { listMetrics } from "#store/metrics.ts";
import { readCatalog } from "./catalog.ts";
import { draftOf } from "./decision-record.ts";
import { freezeDefinitions } from "./freeze-definitions.ts";
import { refuseLargeTotals } from "./refuse-large-totals.ts";
import { auditOf } from "./transition.ts";

/** Weeks are looked at by the hour: nothing is decided, and each look is kept. */
const ANALYSIS_INTERVAL_SECONDS = 3_600;

/** The holdout with this key. */
export async function findHoldout(database: Database, key: string): Promise<Result<Experiment>> {
  const found = await findExperiment(database, key);
  return found.ok && found.value.spec.holdout
    ? found
    : err("holdout_not_found", `There is no holdout '${key}'.`);
}

function toIssues(message: string, configs: readonly string[], at: ReadonlySet<string>, code: string) {
  return configs.flatMap((config, index) =>
    at.has(config) ? [inputIssue(["configs", index], code, message)] : [],
  );
}

/** Why a holdout cannot begin now. The transaction checks the same once more. */
async function refuseStart(database: Database, { key, configs }: HoldoutInput): Promise<Failure | undefined> {
  const archived = await listArchivedConfigs(database, configs);
  if (archived.size > 0)
    return impossible(
      toIssues("the AI config is archived: bring it back first", configs, archived, "config_archived"),
    );
  const taken = await findExperiment(database, key);
  if (taken.ok) return err("already_exists", `There already is a holdout or an experiment '${key}'.`);
  const active = new Set((await listActiveOnAny(database, configs)).map(({ config }) => config));
  if (active.size > 0)
    return err(
      "config_busy",
      "An experiment or a release is active on some of these AI configs: its units cannot be held out half-way. End it first, or leave them out.",
      toIssues("an experiment or a release is active here", configs, active, "config_busy"),
    );
  const held = new Set((await listHeldVersions(database, configs)).map(({ config }) => config));
  if (held.size > 0)
    return err(
      "config_busy",
      "An AI config can be in one running holdout at a time.",
      toIssues("another holdout runs here", configs, held, "config_busy"),
    );
  const running = (await listHoldouts(database)).filter(({ status }) => status === "running");
  if (running.length < MAXIMUM_RUNNING_HOLDOUTS) return undefined;
  return err("limit_reached", `${MAXIMUM_RUNNING_HOLDOUTS} holdouts can run at a time.`);
}

function impossible(issues: InputIssue[]): Failure {
  return err("invalid_input", "The holdout cannot run as described.", issues);
}

/** What a holdout is to everything that counts and analyzes: an experiment of two groups of the same size, the first its control. */
async function toSpec(
  database: Database,
  { reason: _reason, share, configs, description, ...input }: HoldoutInput,
): Promise<Result<NewHoldout["spec"]>> {
  const live = await readLiveVersions(database, configs);
  const held = configs.flatMap((config) => {
    const version = live.get(config);
    return version === undefined ? [] : [{ config, version }];
  });
  const [first] = held;
  if (!first || held.length < configs.length) {
    const missing = new Set(configs.filter((config) => !live.has(config)));
    return impossible(toIssues("there is no AI config with this key", configs, missing, "unknown_config"));
  }
  const raw = {
    ...input,
    hypothesis: description,
    kind: "model",
    config: first.config,
    variants: [HELD_OUT, COMPARISON].map((key) => ({ key, version: first.version, weight: 0.5 })),
    control: HELD_OUT,
    coverage: 2 * share,
    // No experiment's is like it unless somebody wants it to be.
    seed: `holdout:${input.key}`,
    analysisIntervalSeconds: ANALYSIS_INTERVAL_SECONDS,
    // What is known of a unit that is first seen after something was shipped may come of that.
    covariates: "ignore",
    futility: "ignore",
    promotion: null,
  };
  const checked = checkExperiment(raw, await readCatalog(database, first.config));
  if (!checked.ok) return impossible(checked.error);
  return ok({ ...completeSpec(checked.value.input, HELD_OUT), holdout: { share, configs: held } });
}

/**
 * Begins a holdout. Refused while an experiment or a release is active on one of its AI configs: units that have had a treatment are
 * no picture of what was before.
 * @param act with the id of the secret by which its units are hashed from now on
 */
export async function startHoldout(
  database: Database,
  input: HoldoutInput,
  act: Act & { unitKeyId: string },
): Promise<Result<Experiment>> {
  const spec = await toSpec(database, input);
  if (!spec.ok) return spec;
  const refusal = await refuseStart(database, input);
  if (refusal) return refusal;
  const metricDefinitions = freezeDefinitions(spec.value, await listMetrics(database));
  const totalsRefusal = refuseLargeTotals(spec.value, metricDefinitions);
  if (totalsRefusal) return totalsRefusal;
  const { actor, reason, now: at, unitKeyId } = act;
  const { share, configs } = spec.value.holdout;
  const subject = `holdout:${input.key}`;
  const audit = { at, actor, action: "holdout.start", subject, reason, details: { share, configs } };
  const started = await insertHoldout(database, { spec: spec.value, metricDefinitions, unitKeyId, audit });
  return started
    ? ok(started)
    : err(
        "revision_conflict",
        "The AI configs have changed in the meantime. Repeat this if it still applies.",
      );
}

/** Ends a holdout: its units get what everybody gets, and nothing that happens from now on is counted. It deploys nothing. */
export async function endHoldout(
  database: Database,
  holdout: Experiment,
  act: Act,
): Promise<Result<Experiment>> {
  if (holdout.status !== "running") return err("transition_not_allowed", "This holdout has ended.");
  const { actor, reason, now: at } = act;
  return changeExperiment(database, holdout, {
    status: "stopped",
    endedAt: at,
    conclusion: { action: "stop", variant: HELD_OUT, reason, actor, at },
    audit: { ...auditOf(holdout, "holdout.end", act), subject: `holdout:${holdout.spec.key}` },
    record: draftOf(holdout, act, { action: "stop", variant: null }),
  });
}

/**
 * Why an experiment cannot start beside the holdouts on its AI config: a version that is held must not be a treatment. What is proven
 * to do harm could not be taken from held-out units then, and what all that was shipped is compared with would be shipped itself.
 */
export async function refuseHeldTreatment(
  database: Database,
  { spec: { config, control, variants } }: Experiment,
): Promise<Failure | undefined> {
  const held = await listHeldVersions(database, [config]);
  for (const { holdout, version } of held) {
    const index = variants.findIndex((variant) => variant.key !== control && variant.version === version);
    if (index < 0) continue;
    const detail = `The holdout '${holdout}' keeps its units on version ${version}, which is a treatment here. End the holdout first.`;
    const message = `the holdout '${holdout}' keeps its units on this version`;
    return err("config_busy", detail, [inputIssue(["variants", index, "version"], "version_held", message)]);
  }
  return undefined;
}
