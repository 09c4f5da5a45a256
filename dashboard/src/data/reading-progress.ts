import type { QueryFunctionContext, QueryKey } from "@tanstack/solid-query";
import { createStore } from "solid-js/store";

/** By query: how much of the log was read when the API last told, from 0 to 1. What it answers at once is not here. */
const [progresses, setProgresses] = createStore<Record<string, number>>({});

/** How far a reading of the log is, from 0 to 1; undefined where nothing says. */
export function readingProgress(queryKey: QueryKey): number | undefined {
  return progresses[queryKey.join("/")];
}

/** Options of a call that reads a whole log. */
export function reading({ queryKey, signal }: QueryFunctionContext): {
  signal: AbortSignal;
  onProgress: (progress: number) => void;
} {
  return { signal, onProgress: (progress) => setProgresses(queryKey.join("/"), progress) };
}
