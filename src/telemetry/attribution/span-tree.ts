import type { Span } from "../otlp/otlp.ts";

/** Deeper than this no ancestor is asked. */
const MAXIMUM_ANCESTORS = 64;

const identityOf = (traceId: string, spanId: string): string => `${traceId}/${spanId}`;

/** Puts what a span says in an order, to choose between spans with the same identity. */
function rankOf({ endedAt, attributes, events }: Span): string {
  const parts = [...attributes].map(([name, value]) => `${name}=${JSON.stringify(value, bigintAsText)}`);
  return `${String(endedAt ?? 0n).padStart(20, "0")} ${attributes.size + events.length} ${parts.sort().join()}`;
}

const bigintAsText = (_key: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

/** How the spans of a request lie in each other, whatever their order. */
export interface SpanIndex {
  /** Each span once: of those with the same identity the one that ended last and says most. */
  spans: ReadonlySet<Span>;
  /** The spans around one, the nearest first, as far as they are in the request. */
  ancestorsOf(span: Span): readonly Span[];
}

/** The spans whose parents lead back to themselves: such a link says nothing. */
function findCycles(spans: Iterable<Span>, parentOf: (span: Span) => Span | undefined): ReadonlySet<Span> {
  const cyclic = new Set<Span>();
  const visited = new Set<Span>();
  for (const start of spans) {
    const path: Span[] = [];
    let current: Span | undefined = start;
    while (current && !visited.has(current)) {
      visited.add(current);
      path.push(current);
      current = parentOf(current);
    }
    const from = current ? path.indexOf(current) : -1;
    if (from >= 0) for (const span of path.slice(from)) cyclic.add(span);
  }
  return cyclic;
}

/** The spans by their identity, each once. */
function choose(spans: readonly Span[]): ReadonlyMap<string, Span> {
  const byIdentity = new Map<string, Span>();
  // A rank is as long as what the span says, so that each is made once, and only where there is something to choose.
  const ranks = new Map<Span, string>();
  const rank = (span: Span): string => {
    const known = ranks.get(span) ?? rankOf(span);
    ranks.set(span, known);
    return known;
  };
  for (const span of spans) {
    const identity = identityOf(span.traceId, span.spanId);
    const other = byIdentity.get(identity);
    if (!other || rank(other) < rank(span)) byIdentity.set(identity, span);
  }
  return byIdentity;
}

/** Relates the spans of a request to each other. */
export function indexSpans(spans: readonly Span[]): SpanIndex {
  const byIdentity = choose(spans);
  const distinct = new Set(byIdentity.values());
  const linked = ({ traceId, parentSpanId }: Span) =>
    parentSpanId === undefined ? undefined : byIdentity.get(identityOf(traceId, parentSpanId));
  const cyclic = findCycles(distinct, linked);
  return {
    spans: distinct,
    ancestorsOf(span) {
      const ancestors: Span[] = [];
      let parent = cyclic.has(span) ? undefined : linked(span);
      while (parent && ancestors.length < MAXIMUM_ANCESTORS) {
        ancestors.push(parent);
        parent = cyclic.has(parent) ? undefined : linked(parent);
      }
      return ancestors;
    },
  };
}
