import {
  type Attribution,
  attribute,
  type Claim,
  claimsOf,
  flagClaimOf,
  isFlagEvaluation,
} from "../attribution/claims.ts";
import { readEvaluation } from "../attribution/evaluation-result.ts";
import type { AttributionContext } from "../attribution/experiments.ts";
import type { Attributes } from "../otlp/attributes.ts";
import { EVENT_NAMES } from "../otlp/names.ts";
import type { LogRecord, SpanEvent } from "../otlp/otlp.ts";
import { type Observations, timestampOf } from "./observations.ts";

/** Where an event was found. */
export interface SpanPosition {
  /** The place in the request of the span or log record that carries it. */
  item: number;
  spanId: string | undefined;
  resource: Attributes;
  /** What is said around it, the nearest first. */
  levels: readonly (readonly Claim[])[];
}

/** The same evaluation sent again, or both as span event and log record, is the same outcome. */
function evaluationId(spanId: string | undefined, at: bigint | undefined, metric: string): string {
  return `otel:${spanId ?? "-"}:${(at ?? 0n).toString(36)}:${metric}`;
}

/**
 * Takes in the event of a flag's evaluation, or that of an answer's.
 * @returns why it was left aside, or undefined when it was not
 */
export function mapEvent(
  event: SpanEvent | LogRecord,
  { item, spanId, resource, levels }: SpanPosition,
  attributionContext: AttributionContext,
  observations: Observations,
): string | undefined {
  const isExposure = isFlagEvaluation(event);
  if (!isExposure && !EVENT_NAMES.evaluationResult.some((name) => name === event.name)) {
    return "are neither model calls nor evaluations";
  }
  const { attributes, at } = event;
  const own = isExposure ? [flagClaimOf(attributes)] : claimsOf(attributes, resource);
  const attribution: Attribution = attribute([own, ...levels], attributionContext, at);
  if (!attribution.ok) {
    if ("ignored" in attribution.error) return attribution.error.ignored;
    observations.rejected.push({ item, entry: attribution.error.rejected });
    return undefined;
  }
  const { arm, experiment } = attribution.value;
  if (isExposure) {
    if (arm.variant === undefined) return "name no variant";
    observations.exposures.push({ item, entry: { ...arm, ...timestampOf(at) } });
    return undefined;
  }
  const evaluation = readEvaluation(attributes, experiment, attributionContext);
  if (!evaluation.ok) observations.rejected.push({ item, entry: evaluation.error });
  else {
    const { metric, value } = evaluation.value;
    const entry = {
      ...arm,
      id: evaluationId(spanId, at, metric),
      ...timestampOf(at),
      metrics: { [metric]: value },
    };
    observations.outcomes.push({ item, entry });
  }
  return undefined;
}
