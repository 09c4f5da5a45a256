import { expectedDays } from "#analyzer/planning/expected-duration.ts";
import {
  type Baseline,
  type Plan,
  type Plans,
  planForEffect,
  planForUnits,
} from "#analyzer/planning/experiment-plan.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import { postSampleSize } from "#contract/planning.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import type { SampleSizeInput } from "#model/analysis/sample-size.ts";
import { type ObservedBaseline, readBaseline } from "#results/baseline.ts";
import { expectedCourses } from "#results/expected-courses.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { handle, type RequestContext } from "../http/route.ts";

function impossible(path: string, code: string, message: string): Failure {
  return err("invalid_input", "No sample size can answer this.", [{ path, code, message }]);
}

async function baselineOf(
  input: SampleSizeInput,
  { services }: RequestContext,
): Promise<Result<Baseline & Partial<ObservedBaseline>>> {
  if (input.type === "observed") return readBaseline(services, input);
  const { baseline: estimate } = input;
  return input.type === "mean"
    ? ok({ estimate, deviation: input.standardDeviation, kind: "mean", direction: 1 })
    : ok({ estimate, deviation: Math.sqrt(estimate * (1 - estimate)), kind: "share", direction: 1 });
}

function answerEffect(
  input: SampleSizeInput,
  baseline: Baseline,
  { kind, value }: NonNullable<SampleSizeInput["minimumDetectableEffect"]>,
): Result<Plans> {
  if (kind === "relative" && baseline.estimate === 0) {
    const path = input.type === "observed" ? "/minimumDetectableEffect/kind" : "/baseline";
    return impossible(path, "zero_baseline", "a relative effect needs a baseline other than 0");
  }
  const effect = kind === "relative" ? value * Math.abs(baseline.estimate) : value;
  const plans = planForEffect(baseline, effect, input);
  return isUnavailable(plans) ? explainEffect(plans, baseline) : ok(plans);
}

function explainEffect({ reason }: Unavailable, { direction }: Baseline): Failure {
  const path = "/minimumDetectableEffect/value";
  if (reason !== "bad_input") return impossible(path, "too_small", "no countable number of units finds this");
  const end = direction === 1 ? 1 : 0;
  return impossible(path, "too_big", `the treatment's proportion would reach ${end}`);
}

function answerUnits(input: SampleSizeInput, baseline: Baseline, units: number): Result<Plans> {
  const controlUnits = Math.floor(units / (1 + input.ratio));
  const treatmentUnits = units - controlUnits;
  if (controlUnits === 0 || treatmentUnits === 0)
    return impossible("/units", "too_small", "an arm would have no units");
  const plans = planForUnits(baseline, { controlUnits, treatmentUnits }, input);
  return isUnavailable(plans)
    ? impossible("/units", "too_small", "so few units do not find even the largest possible effect")
    : ok(plans);
}

export const sampleSizeRoutes = [
  handle(postSampleSize, async ({ body, context }) => {
    const estimated = await baselineOf(body, context);
    if (!estimated.ok) return estimated;
    const baseline = estimated.value;
    const planned = body.minimumDetectableEffect
      ? answerEffect(body, baseline, body.minimumDetectableEffect)
      : answerUnits(body, baseline, body.units ?? 0);
    if (!planned.ok) return planned;
    const plans = planned.value;
    const traffic =
      body.unitsPerDay === undefined
        ? (baseline.traffic ?? null)
        : { unitsPerDay: body.unitsPerDay, observedDays: null };
    const withDays = (plan: Plan) => ({
      ...plan,
      days: traffic ? expectedDays(plan, traffic.unitsPerDay) : null,
    });
    const expected = expectedCourses(body, baseline, plans.alwaysValid, {
      unitsPerDay: traffic?.unitsPerDay,
      costPerUnit: body.costPerUnit,
    });
    return ok({
      fixedHorizon: withDays(plans.fixedHorizon),
      alwaysValid: withDays(plans.alwaysValid),
      expected,
      baseline: {
        estimate: baseline.estimate,
        standardDeviation: baseline.deviation,
        units: baseline.units ?? null,
      },
      traffic,
    });
  }),
];
