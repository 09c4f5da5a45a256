import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { Holdout, HoldoutEffect, HoldoutResults } from "#contract/holdouts.ts";
import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { summarizeHoldout } from "#reporter/summarize-holdout.ts";
import { listActiveOnAny, listShipped, readLiveVersions } from "#store/holdouts.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";
import { evaluate } from "./evaluate.ts";

/** A holdout as the API tells of it. @param live the live versions of its AI configs */
function toHoldout(
  { spec, startedAt, endedAt, createdAt, conclusion }: Experiment,
  live: ReadonlyMap<string, number>,
): Holdout {
  const { share = 0, configs = [] } = spec.holdout ?? {};
  return {
    key: spec.key,
    name: spec.name,
    description: spec.hypothesis,
    status: endedAt === null ? "running" : "ended",
    share,
    configs: configs.map(({ config, version }) => ({
      config,
      heldVersion: version,
      liveVersion: live.get(config) ?? version,
    })),
    metrics: spec.metrics,
    alpha: spec.alpha,
    startedAt: startedAt ?? createdAt,
    endedAt,
    ended: conclusion && { actor: conclusion.actor, reason: conclusion.reason },
  };
}

const configsOf = ({ spec: { holdout } }: Experiment) => holdout?.configs.map(({ config }) => config) ?? [];

/** Holdouts as the API tells of them. */
export async function describeHoldouts(
  { database }: Pick<Services, "database">,
  holdouts: readonly Experiment[],
): Promise<Holdout[]> {
  const live = await readLiveVersions(database, [...new Set(holdouts.flatMap(configsOf))]);
  return holdouts.map((holdout) => toHoldout(holdout, live));
}

function groupOf({ variants }: MetricAnalysis, group: string): HoldoutEffect["heldOut"] {
  const found = variants.find(({ variant }) => variant === group);
  return { units: found?.units ?? 0, estimate: found?.estimate ?? null };
}

function toEffect(
  analyzed: MetricAnalysis,
  guardrails: readonly GuardrailResult[],
  alpha: number,
): HoldoutEffect {
  const { metric, role, definition, comparisons } = analyzed;
  const found = comparisons.find(({ variant }) => variant === COMPARISON)?.difference;
  const difference = found?.status === "ok" ? found : undefined;
  const isProven = difference !== undefined && difference.alwaysValid.pValue < alpha;
  const isBetter = difference !== undefined && difference.estimate * improvementSign(definition) > 0;
  const proven = isBetter ? "better" : "worse";
  return {
    metric,
    role,
    definition,
    heldOut: groupOf(analyzed, HELD_OUT),
    comparison: groupOf(analyzed, COMPARISON),
    difference: difference
      ? {
          estimate: difference.estimate,
          standardError: difference.standardError,
          interval: difference.alwaysValid.interval,
          pValue: difference.alwaysValid.pValue,
        }
      : null,
    verdict: difference === undefined ? "unknown" : isProven ? proven : "unproven",
    guardrail: guardrails.find((one) => one.metric === metric)?.verdict ?? null,
  };
}

/**
 * What everything that was shipped since a holdout began has changed together. Of one that has ended, with what had happened by its
 * end; what came in late is in it.
 */
export async function readHoldoutResults(services: Services, holdout: Experiment): Promise<HoldoutResults> {
  const { database, aggregators, now } = services;
  const { spec, startedAt, endedAt } = holdout;
  const configs = configsOf(holdout);
  const [totals, previous, described, shipped, active] = await Promise.all([
    collectPhases(aggregators, holdout),
    findLatestAnalysis(database, spec.key),
    describeHoldouts(services, [holdout]),
    listShipped(database, configs, startedAt ?? now, endedAt ?? now),
    endedAt === null ? listActiveOnAny(database, configs) : [],
  ]);
  const { snapshot } = evaluate(holdout, totals, now, { previous });
  const { analysis, guardrails, takenAt } = snapshot;
  const [told] = described;
  if (!told) throw new Error("a holdout that was just read is missing");
  const effects = analysis.metrics.map((metric) => toEffect(metric, guardrails, spec.alpha));
  const results = { holdout: told, takenAt, effects, shipped, active, analysis };
  return { ...results, summary: summarizeHoldout(results) };
}
