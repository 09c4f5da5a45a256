import { type Claim, claimsOf, claimsOfOneUnit, flagClaimsOf, settle } from "./claims.ts";
import type { Surroundings } from "./experiments.ts";
import { mapEvent } from "./map-events.ts";
import { isOutcome, readMetrics } from "./model-call.ts";
import { noObservations, type Observations } from "./observations.ts";
import { type Span, toMilliseconds } from "./otlp.ts";

/** Deeper than this no ancestor is asked. */
const MAXIMUM_ANCESTORS = 64;

const identityOf = (traceId: string, spanId: string): string => `${traceId}/${spanId}`;

/** What spans of a request know of each other. */
interface Family {
  byIdentity: ReadonlyMap<string, Span>;
  claims: ReadonlyMap<Span, readonly Claim[]>;
  /** What the spans of a trace claim where it is about one unit, by trace. */
  ofTrace: ReadonlyMap<string, readonly Claim[]>;
}

function relate(spans: readonly Span[]): Family {
  const claims = new Map(
    spans.map((span) => [span, [...claimsOf(span.attributes, span.resource), ...flagClaimsOf(span.events)]]),
  );
  const traces = Map.groupBy(spans, ({ traceId }) => traceId);
  const ofTrace = new Map(
    [...traces].map(([traceId, inTrace]) => [
      traceId,
      claimsOfOneUnit(inTrace.flatMap((span) => claims.get(span) ?? [])),
    ]),
  );
  return {
    byIdentity: new Map(spans.map((span) => [identityOf(span.traceId, span.spanId), span])),
    claims,
    ofTrace,
  };
}

function ancestorsOf(span: Span, { byIdentity }: Family): Span[] {
  const ancestors: Span[] = [];
  let child = span;
  while (child.parentSpanId !== undefined && ancestors.length < MAXIMUM_ANCESTORS) {
    const parent = byIdentity.get(identityOf(child.traceId, child.parentSpanId));
    if (!parent) break;
    ancestors.push(parent);
    child = parent;
  }
  return ancestors;
}

/** What is said of a span: by itself, its ancestors, its resource, and anything else in its trace. */
function levelsOf(span: Span, family: Family): (readonly Claim[])[] {
  const line = [span, ...ancestorsOf(span, family)].map((relative) => family.claims.get(relative) ?? []);
  return [...line, claimsOf(span.resource, span.resource), family.ofTrace.get(span.traceId) ?? []];
}

/** Takes in a span as the outcome that it is. @returns why it was left aside, or undefined when it was not */
function mapOutcome(
  span: Span,
  item: number,
  levels: readonly (readonly Claim[])[],
  surroundings: Surroundings,
  found: Observations,
): string | undefined {
  if (!isOutcome(span)) return "are neither model calls nor evaluations";
  const settlement = settle(levels, surroundings, span.startedAt);
  if (!settlement.ok) return settlement.why;
  const read = readMetrics(span, surroundings.prices);
  if (!read.ok) found.rejected.push({ item, entry: read.reason });
  else {
    const entry = {
      ...settlement.arm,
      id: `otel:${span.traceId}:${span.spanId}`,
      timestamp: toMilliseconds(span.endedAt),
      metrics: read.metrics,
    };
    found.outcomes.push({ item, entry });
  }
  return undefined;
}

/** What the spans of a request say of experiments: model calls are outcomes, and their events exposures and scores. */
export function mapSpans(spans: readonly Span[], surroundings: Surroundings): Observations {
  const found = noObservations();
  const family = relate(spans);
  for (const [item, span] of spans.entries()) {
    const { spanId, resource } = span;
    const levels = levelsOf(span, family);
    const asides = [
      mapOutcome(span, item, levels, surroundings, found),
      ...span.events.map((event) => mapEvent(event, { item, spanId, resource, levels }, surroundings, found)),
    ];
    const why = asides.every((aside) => aside !== undefined) ? asides.at(-1) : undefined;
    if (why !== undefined) found.ignored.push(why);
  }
  return found;
}
