import { type Attributes, firstOf, textOf } from "../otlp/attributes.ts";
import { EVENT_NAMES, NAMES } from "../otlp/names.ts";
import type { Span, SpanEvent } from "../otlp/otlp.ts";
import { KINDS } from "./span-kinds.ts";

/** Names that instrumentations give the spans of calls: `chat gpt-4o`, `openai.chat`, `call_llm`. */
const CALL_NAME =
  /^(?:chat|text_completion|generate_content|call_llm)(?: |$)|^[a-z0-9_-]+\.(?:chat|completion|generate_content)$/;

/** Parts of a run that say nothing of who does the work in them. */
const MERE_PART = /(?:^|[_. ])(?:chain|task|step|prompt)$/;

/** What a span says it is: `call`, something `other`, a mere `part` of something, or nothing. */
export type CallKind = "call" | "other" | "part" | undefined;

/** What an answer may consist of; an image or speech is something else. */
const ANSWER_TYPES: ReadonlySet<string | undefined> = new Set([undefined, "text", "json"]);

/** Models that answer nothing, by what their names have in common: `cohere.embed-v4:0`, `text-embedding-3-small`. */
const OTHER_MODEL = /(?:^|[-._:/])(?:embed|embeddings?|rerank|reranker)(?:[-._:/]|$)/i;

function statedKind(attributes: Attributes): CallKind {
  if (!ANSWER_TYPES.has(textOf(attributes, NAMES.outputType))) return "other";
  // Some instrumentations call whatever is asked of a provider a chat.
  if (OTHER_MODEL.test(textOf(attributes, NAMES.requestModel) ?? "")) return "other";
  for (const { name, calls } of KINDS) {
    // MLflow writes its attributes as JSON, texts in quotation marks.
    const value = textOf(attributes, [name])
      ?.replace(/^"(.*)"$/, "$1")
      .toLowerCase();
    if (value === undefined) continue;
    if (calls.has(value)) return "call";
    return MERE_PART.test(value) ? "part" : "other";
  }
  return undefined;
}

/** True where a span's status is an error, or names the type of one. */
export function hasFailed({ failed, attributes }: Pick<Span, "failed" | "attributes">): boolean {
  const type = attributes.get("error.type");
  return failed || (type !== undefined && type !== "");
}

/** Whether something is there that only the answer of a model has, or a failure in its place. */
function looksLikeCall(span: Span): boolean {
  const { name, attributes, events } = span;
  const provider = textOf(attributes, NAMES.provider);
  const model = textOf(attributes, [...NAMES.requestModel, ...NAMES.responseModel]);
  if (provider === undefined && model === undefined) return false;
  if (CALL_NAME.test(name)) return true;
  const { outputTokens, secondsToFirstChunk, millisecondsToFirstChunk } = NAMES;
  const ofAnswers: readonly string[] = [...outputTokens, ...secondsToFirstChunk, ...millisecondsToFirstChunk];
  if (ofAnswers.some((answerName) => attributes.has(answerName)) || events.some(isChunk)) return true;
  return hasFailed(span) && provider !== undefined && model !== undefined;
}

/** The mark `bakeoff.outcome`, where a span has one. */
export function outcomeMark(attributes: Attributes): boolean | undefined {
  const mark = firstOf(attributes, NAMES.outcome);
  return mark === undefined ? undefined : mark === true || mark === "true";
}

const CHUNKS: ReadonlySet<string> = new Set(EVENT_NAMES.firstChunk);

/** True for the event of a chunk of a stream. */
export function isChunk({ name }: Pick<SpanEvent, "name">): boolean {
  return CHUNKS.has(name);
}

/**
 * What a span says it is. A span is a model call
 *
 * - if the first of {@link KIND_NAMES} that it has holds one of the values that stand for a model's answer. Any other
 *   value (an agent, a step, a tool, embeddings, a ranking, a transcription, an evaluation, or a word not heard of
 *   before) means that it is none, and so do a `gen_ai.output.type` other than text and JSON and a model that is
 *   named for embedding or ranking;
 * - if it has none of them, but names a provider or a model and is called as instrumentations call such spans
 *   (`chat gpt-4o`, `openai.chat`), or holds what only an answer has (output tokens, a first chunk), or names both
 *   and failed: a failure has nothing else to show, and left out it would make every error rate look better.
 */
export function callKindOf(span: Span): CallKind {
  return statedKind(span.attributes) ?? (looksLikeCall(span) ? "call" : undefined);
}
