import { read } from "../util/read.ts";
import { isMethod } from "./observe-iterable.ts";
import type { Observer } from "./observer.ts";

/** What the helpers of Anthropic (`messages.stream()`) and OpenAI (`chat.completions.stream()`, …) call their chunks. */
const CHUNK_EVENTS = ["streamEvent", "chunk", "event"];

/** The whole answers that a helper has put together. */
function answersOf(helper: object): readonly unknown[] {
  const list = read(helper, "allChatCompletions");
  const answers = isMethod(list) ? list.call(helper) : read(helper, "receivedMessages");
  return Array.isArray(answers) ? answers : [];
}

/**
 * Observes an object that reads its stream itself, by what it emits. Listeners for errors are left to the app: without
 * one of its own, an error that nobody awaits is an unhandled rejection, and stays one.
 */
export function observeHelper(helper: object, observer: Observer): void {
  const onEnd = () => {
    const ending = read(helper, "aborted") ? "cancelled" : read(helper, "errored") ? "failed" : "complete";
    observer.onEnd(ending, answersOf(helper));
  };
  const on = read(helper, "on");
  if (read(helper, "ended") || !isMethod(on)) {
    onEnd();
    return;
  }
  for (const name of CHUNK_EVENTS) on.call(helper, name, (chunk: unknown) => observer.onChunk(chunk));
  on.call(helper, "end", onEnd);
}
