import { attribute, type Claim, claimsOf, claimsOfOneUnit, flagClaimsOf } from "../attribution/claims.ts";
import { type AttributionContext, definitionFor } from "../attribution/experiments.ts";
import { findCallSpans } from "../attribution/nested-calls.ts";
import { indexSpans, type SpanIndex } from "../attribution/span-tree.ts";
import type { Attributes } from "../otlp/attributes.ts";
import type { Span } from "../otlp/otlp.ts";
import { mapEvent } from "./map-events.ts";
import { readCall } from "./model-call.ts";
import { noObservations, type Observations, timestampOf } from "./observations.ts";

type LevelsOf = (span: Span) => readonly (readonly Claim[])[];

/** Gives equal claims one identity, so that they are compared once. */
function createInterner(): (claims: readonly Claim[]) => readonly Claim[] {
  const claimsByText = new Map<string, Claim>();
  return (claims) =>
    claims.map((claim) => {
      const text = JSON.stringify(claim);
      const same = claimsByText.get(text) ?? claim;
      claimsByText.set(text, same);
      return same;
    });
}

/** Each claim once, where it is nearest: said again from farther away it tells nothing more. */
function withoutRepetition(levels: readonly (readonly Claim[])[]): (readonly Claim[])[] {
  const claimed = new Set<Claim>();
  return levels.flatMap((level) => {
    const fresh = level.filter((claim) => !claimed.has(claim));
    for (const claim of fresh) claimed.add(claim);
    return fresh.length === 0 ? [] : [fresh];
  });
}

/** What is said of spans: by themselves, their ancestors, their resource, and anything else in their trace. */
function readLevels({ spans, ancestorsOf }: SpanIndex): LevelsOf {
  const intern = createInterner();
  const claims = new Map(
    [...spans].map((span) => [
      span,
      intern([...claimsOf(span.attributes, span.resource), ...flagClaimsOf(span.events)]),
    ]),
  );
  const ofTrace = new Map(
    [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([traceId, inTrace]) => [
      traceId,
      intern(claimsOfOneUnit([...new Set(inTrace.flatMap((span) => claims.get(span) ?? []))])),
    ]),
  );
  const ofResource = new Map<Attributes, readonly Claim[]>();
  const claimsOfResource = (resource: Attributes): readonly Claim[] => {
    const known = ofResource.get(resource) ?? intern(claimsOf(resource, resource));
    ofResource.set(resource, known);
    return known;
  };
  return (span) => {
    const [own = [], ...around] = [span, ...ancestorsOf(span)].map((relative) => claims.get(relative) ?? []);
    const far = [...around, claimsOfResource(span.resource), ofTrace.get(span.traceId) ?? []];
    // What it says itself stays the first level, whether it says anything or not.
    return [own, ...withoutRepetition([own, ...far]).slice(own.length === 0 ? 0 : 1)];
  };
}

function latest(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

/** Takes in a span as the outcome that it is. @returns why it was left aside, or undefined when it was not */
function mapOutcome(
  span: Span,
  around: readonly Span[],
  item: number,
  levels: readonly (readonly Claim[])[],
  attributionContext: AttributionContext,
  observations: Observations,
): string | undefined {
  const attribution = attribute(levels, attributionContext, span.startedAt ?? span.endedAt);
  if (!attribution.ok) {
    if ("ignored" in attribution.error) return attribution.error.ignored;
    observations.rejected.push({ item, entry: attribution.error.rejected });
    return undefined;
  }
  const { metrics, leftOut, unpriced } = readCall(
    span,
    around,
    attributionContext.prices,
    definitionFor(attribution.value.experiment, attributionContext),
  );
  observations.leftOut.push(...leftOut);
  if (unpriced !== undefined) observations.unpriced.add(unpriced);
  const entry = {
    ...attribution.value.arm,
    id: `otel:${span.traceId}:${span.spanId}`,
    ...timestampOf(latest(span.startedAt, span.endedAt)),
    metrics,
  };
  observations.outcomes.push({ item, entry });
  return undefined;
}

/**
 * What the spans of a request say of experiments: model calls are outcomes, and their events exposures and scores. The
 * order of the spans means nothing.
 */
export function mapSpans(spans: readonly Span[], attributionContext: AttributionContext): Observations {
  const observations = noObservations();
  const tree = indexSpans(spans);
  const levelsOf = readLevels(tree);
  const { outcomes, folded } = findCallSpans(tree);
  for (const [item, span] of spans.entries()) {
    if (!tree.spans.has(span)) {
      observations.ignored.push("are in the request twice");
      continue;
    }
    const { spanId, resource } = span;
    const around = outcomes.get(span);
    const levels = around || span.events.length > 0 ? levelsOf(span) : [];
    const aside = around
      ? mapOutcome(span, around, item, levels, attributionContext, observations)
      : folded.has(span)
        ? "describe calls that count by other spans"
        : "are neither model calls nor evaluations";
    const asides = [
      aside,
      ...span.events.map((event) =>
        mapEvent(event, { item, spanId, resource, levels }, attributionContext, observations),
      ),
    ];
    const reason = asides.every((one) => one !== undefined) ? asides.at(-1) : undefined;
    if (reason !== undefined) observations.ignored.push(reason);
  }
  return observations;
}
