import type { Span } from "../otlp/otlp.ts";
import { type CallKind, callKindOf, outcomeMark } from "./call-kind.ts";
import type { SpanIndex } from "./span-tree.ts";
import { findTwins } from "./twin-calls.ts";

/** Which spans of a request are outcomes. */
export interface CallSpans {
  /** Each outcome, with the other spans that describe the same call and no other, the nearest first. */
  outcomes: ReadonlyMap<Span, readonly Span[]>;
  /** Spans of calls that count by another span. */
  folded: ReadonlySet<Span>;
}

/** The calls around a call that it may be a description of, the nearest first. */
function callsAround(
  span: Span,
  { ancestorsOf }: SpanIndex,
  calls: ReadonlySet<Span>,
  kinds: ReadonlyMap<Span, CallKind>,
): Span[] {
  const around: Span[] = [];
  for (const ancestor of ancestorsOf(span)) {
    if (calls.has(ancestor)) around.push(ancestor);
    else if (kinds.get(ancestor) === "other") break;
  }
  return around;
}

/** The nearest span around a call that is no call itself, but marked as the outcome of all that happens in it. */
function coverOf(
  call: Span,
  { ancestorsOf }: SpanIndex,
  kinds: ReadonlyMap<Span, CallKind>,
  marks: ReadonlyMap<Span, boolean | undefined>,
): Span | undefined {
  return ancestorsOf(call).find((span) => marks.get(span) === true && kinds.get(span) !== "call");
}

/**
 * Decides which spans are outcomes: calls of a model, each once, and what is marked by `bakeoff.outcome: true`.
 *
 * A framework and the client under it may both make a span for a call, one inside the other. The innermost one is the
 * call. The spans around it tell what it does not say itself, unless several calls lie in them: attempts, fallbacks or
 * rounds are calls of their own, and what an outer span says is about all of them. A span that says it is something else
 * (a tool, an agent, a retrieval) ends this: a call inside a tool is not the one that asked for the tool. Steps, chains and
 * spans that say nothing of themselves do not. A call that is marked counts in the place of those inside it, and one that
 * is marked by `false` is none. What is no call, but marked, counts in the place of every call inside it that is not marked
 * itself, those inside of tools among them. Where a framework and the client under it are side by side in the trace, they are told by
 * {@link findTwins}. Links to spans that are not in the request, or that lead in circles, are no links.
 */
export function findCallSpans(tree: SpanIndex): CallSpans {
  const spans = [...tree.spans];
  const kinds = new Map(spans.map((span) => [span, callKindOf(span)]));
  const marks = new Map(spans.map((span) => [span, outcomeMark(span.attributes)]));
  const calls = new Set(spans.filter((span) => kinds.get(span) === "call" && marks.get(span) !== false));
  const around = new Map([...calls].map((call) => [call, callsAround(call, tree, calls, kinds)]));
  const outer = new Set([...around.values()].flat());
  const leaves = [...calls].filter((call) => !outer.has(call));
  for (const inTrace of Map.groupBy(leaves, ({ traceId }) => traceId).values()) {
    for (const [inner, twin] of findTwins(inTrace, tree)) {
      outer.add(twin);
      around.set(inner, [...new Set([...(around.get(inner) ?? []), twin, ...(around.get(twin) ?? [])])]);
    }
  }
  const innermost = leaves.filter((call) => !outer.has(call));
  const callsInside = new Map<Span, number>();
  for (const call of innermost) {
    for (const span of around.get(call) ?? []) callsInside.set(span, (callsInside.get(span) ?? 0) + 1);
  }
  const outcomes = new Map<Span, readonly Span[]>();
  const covered = new Map<Span, (readonly Span[])[]>();
  const coverLine = (cover: Span, line: readonly Span[]) => {
    const lines = covered.get(cover);
    if (lines) lines.push(line);
    else covered.set(cover, [line]);
  };
  for (const call of innermost) {
    const line = [call, ...(around.get(call) ?? [])];
    const counted = line.find((span) => marks.get(span) === true) ?? call;
    const isAboutOneCall = (span: Span) => span === call || callsInside.get(span) === 1;
    const others = line.filter((span) => span !== counted && isAboutOneCall(span));
    const cover = marks.get(counted) === true ? undefined : coverOf(counted, tree, kinds, marks);
    if (cover === undefined) outcomes.set(counted, isAboutOneCall(counted) ? others : []);
    else coverLine(cover, [counted, ...others]);
  }
  for (const span of spans) if (marks.get(span) === true && !outcomes.has(span)) outcomes.set(span, []);
  // What several calls say is not what one says: their tokens and costs are not added up.
  for (const [cover, lines] of covered) outcomes.set(cover, lines.length === 1 ? (lines[0] ?? []) : []);
  const folded = new Set([...calls].filter((call) => !outcomes.has(call)));
  return { outcomes, folded };
}
