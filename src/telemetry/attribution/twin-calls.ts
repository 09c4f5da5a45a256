import { readUsage } from "../mapping/usage.ts";
import { textOf } from "../otlp/attributes.ts";
import { NAMES } from "../otlp/names.ts";
import { createNumberReader } from "../otlp/numbers.ts";
import type { Span } from "../otlp/otlp.ts";
import { parseModelName } from "../pricing/model-name.ts";
import { hasFailed } from "./call-kind.ts";
import { type Claim, claimsOf } from "./claims.ts";
import type { SpanIndex } from "./span-tree.ts";

/** Frameworks and clients read their clocks at different moments, some by the millisecond only. */
const TOLERANCE_NANOSECONDS = 20_000_000n;

/** A trace with more calls than this is not searched: comparing all with all takes too long. */
const MAXIMUM_CALLS = 64;

interface Portrait {
  span: Span;
  from: bigint;
  to: bigint;
  failed: boolean;
  errorType: string | undefined;
  claims: readonly Claim[];
  models: ReadonlySet<string>;
  input: number | undefined;
  output: number | undefined;
}

function portray(span: Span): Portrait[] {
  const { startedAt: from, endedAt: to, attributes } = span;
  if (from === undefined || to === undefined || from > to) return [];
  const models = [NAMES.responseModel, NAMES.requestModel].flatMap(
    (names) => textOf(attributes, names) ?? [],
  );
  const { input, output } = readUsage(span, createNumberReader().read);
  return [
    {
      span,
      from,
      to,
      failed: hasFailed(span),
      errorType: textOf(attributes, ["error.type"]),
      claims: claimsOf(attributes, span.resource),
      models: new Set(models.map((model) => parseModelName(model).base)),
      input,
      output,
    },
  ];
}

const agree = <Value>(one: Value | undefined, other: Value | undefined) =>
  one === undefined || other === undefined || one === other;

/** True where two spans name different units, variants or experiments. */
function contradict(one: readonly Claim[], other: readonly Claim[]): boolean {
  const parts = ["experiment", "config", "variant", "unit", "phase"] as const;
  return one.some((left) => other.some((right) => parts.some((part) => !agree(left[part], right[part]))));
}

/** True where the inner one can be the client's view of what the outer one is the framework's view of. */
function isTwin(inner: Portrait, outer: Portrait): boolean {
  const duration = outer.to - outer.from;
  return (
    inner.span.scope !== outer.span.scope &&
    inner.from + TOLERANCE_NANOSECONDS >= outer.from &&
    inner.to <= outer.to + TOLERANCE_NANOSECONDS &&
    inner.to - inner.from <= duration &&
    (inner.to - inner.from) * 2n >= duration &&
    inner.failed === outer.failed &&
    agree(inner.errorType, outer.errorType) &&
    agree(inner.input, outer.input) &&
    agree(inner.output, outer.output) &&
    [...inner.models].some((model) => outer.models.has(model)) &&
    !contradict(inner.claims, outer.claims)
  );
}

/**
 * Finds calls that two instrumentations describe side by side. Some frameworks open no context for what happens inside
 * them, so that the client's span lies beside the framework's in the trace, and only in time within it: for at least half
 * of it, with the same model, the same end, and nothing that contradicts in tokens, in the error's type, or in whose
 * call it is. Each has one twin at most, the closest.
 * @param calls of one trace, none of them inside another
 * @returns the outer one by the inner one
 */
export function findTwins(
  calls: readonly Span[],
  { ancestorsOf }: Pick<SpanIndex, "ancestorsOf">,
): ReadonlyMap<Span, Span> {
  const scopes = new Set(calls.map(({ scope }) => scope));
  if (scopes.size < 2 || calls.length > MAXIMUM_CALLS) return new Map();
  const portraits = calls.flatMap(portray);
  const pairs = portraits
    .flatMap((outer) => portraits.filter((inner) => isTwin(inner, outer)).map((inner) => ({ inner, outer })))
    // One that lies inside the other's tool has been told apart already.
    .filter(({ inner, outer }) => !ancestorsOf(inner.span).includes(outer.span))
    .map(({ inner, outer }) => ({
      inner: inner.span,
      outer: outer.span,
      spanIds: `${inner.span.spanId} ${outer.span.spanId}`,
      distance: Number(outer.to - outer.from - (inner.to - inner.from)),
    }))
    .sort((one, other) => one.distance - other.distance || (one.spanIds < other.spanIds ? -1 : 1));
  const twins = new Map<Span, Span>();
  const matched = new Set<Span>();
  for (const { inner, outer } of pairs) {
    if (matched.has(inner) || matched.has(outer)) continue;
    twins.set(inner, outer);
    matched.add(inner).add(outer);
  }
  return twins;
}
