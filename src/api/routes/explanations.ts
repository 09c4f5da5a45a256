import { explainAssignment } from "#assigner/explain.ts";
import { postExplanation } from "#contract/explanations.ts";
import { lookUp } from "#ingest/look-up.ts";
import { explainExperiment, explainHoldout } from "#reporter/explain-assignment.ts";
import { err, ok } from "#shared/result.ts";
import { handleWithRuleset } from "../http/route.ts";

export const explanationRoutes = [
  handleWithRuleset(postExplanation, async ({ body, context }) => {
    const { served, key } = context;
    const { config: configKey, unit, attributes } = body;
    const notFound = err("config_not_found", "There is no AI config with this key.");
    if (key?.configs?.includes(configKey) === false) return notFound;
    const lookup = await lookUp(context, { configs: [configKey] });
    if (!lookup.ok) return lookup;
    const config = lookup.value.config(configKey);
    if (!config) return notFound;
    const { result, holdout, experiments } = explainAssignment(config, unit, attributes);
    if (!result.ok) return err(result.code, "The version to serve is missing from the ruleset.");
    const paused = (lookup.value.experimentsOn(configKey) ?? []).filter(({ status }) => status === "paused");
    return ok({
      assignment: result.assignment,
      holdout: holdout && { ...holdout, sentence: explainHoldout(holdout, result.assignment) },
      experiments: experiments.map((one) => ({ ...one, sentence: explainExperiment(one) })),
      paused: paused.map((one) => ({
        experiment: one.key,
        sentence: `'${one.key}' is paused and asks no unit.`,
      })),
      rulesetVersion: served.ruleset.version,
      stale: served.stale,
    });
  }),
];
