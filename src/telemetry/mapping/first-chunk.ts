import { isChunk } from "../attribution/call-kind.ts";
import { textOf } from "../otlp/attributes.ts";
import { NAMES } from "../otlp/names.ts";
import { isAmount, type NumberReader } from "../otlp/numbers.ts";
import type { Span } from "../otlp/otlp.ts";

/** Strands writes milliseconds under a name that stands for seconds. */
const SCOPES_OF_MILLISECONDS: ReadonlySet<string> = new Set(["strands.telemetry.tracer"]);

/** Clocks differ: a span's own, and the one that measured the first chunk. */
const TOLERANCE_MILLISECONDS = 50;

/** @param from, to nanoseconds since the epoch */
export function millisecondsBetween(from: bigint, to: bigint): number {
  return Number(to - from) / 1_000_000;
}

/** Milliseconds from the start of the span to each chunk whose time is known. */
function timesOfChunks({ attributes, events, startedAt }: Span): number[] {
  if (startedAt === undefined) return [];
  // Langfuse writes the time as JSON, in quotation marks.
  const moment = Date.parse((textOf(attributes, NAMES.timeOfFirstChunk) ?? "").replaceAll('"', ""));
  const milliseconds = events.filter(isChunk).map(({ at }) => millisecondsBetween(startedAt, at));
  return Number.isNaN(moment) ? milliseconds : [moment - Number(startedAt) / 1_000_000, ...milliseconds];
}

/**
 * The time from the start of a call to the first chunk of its stream, in milliseconds: as an attribute tells it, in
 * seconds or milliseconds, or else from the time of the first chunk's event. One that is longer than the call is none.
 */
export function readTimeToFirstChunk(
  span: Span,
  read: NumberReader,
  validationErrors: string[],
): number | undefined {
  const { attributes, events, scope, startedAt, endedAt } = span;
  const factor = SCOPES_OF_MILLISECONDS.has(scope) ? 1 : 1_000;
  const seconds = read(attributes, NAMES.secondsToFirstChunk, isAmount);
  const duration =
    seconds === undefined
      ? [attributes, ...events.filter(isChunk).map((event) => event.attributes)]
          .map((place) => read(place, NAMES.millisecondsToFirstChunk, isAmount))
          .find((milliseconds) => milliseconds !== undefined)
      : seconds * factor;
  const earliest = timesOfChunks(span).reduce((one, other) => Math.min(one, other), Infinity);
  const first = duration ?? earliest;
  if (first === Infinity) return undefined;
  const latest =
    startedAt === undefined || endedAt === undefined ? Infinity : millisecondsBetween(startedAt, endedAt);
  if (first >= 0 && first <= latest + TOLERANCE_MILLISECONDS) return first;
  validationErrors.push("the first chunk is not within the span");
  return undefined;
}
