import { read } from "../util/read.ts";
import type { Observer } from "./observer.ts";
import { isCancellation } from "./signs.ts";

type Method = (...parameters: unknown[]) => unknown;

export const isMethod = (value: unknown): value is Method => typeof value === "function";

export const isIterable = (value: unknown): value is object => isMethod(read(value, Symbol.asyncIterator));

/** Shadows a method or a property of one object. */
export function replace(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Puts the observer between an iterator and its reader. @param isAborted whether the stream's own controller is */
function observeIterator(iterator: object, observer: Observer, isAborted: () => boolean): void {
  for (const name of ["next", "return", "throw"]) {
    const method = read(iterator, name);
    if (!isMethod(method)) continue;
    replace(iterator, name, async (...parameters: unknown[]) => {
      if (name !== "next") observer.onEnd("cancelled");
      try {
        const step = await method.apply(iterator, parameters);
        // Clients end the iteration quietly where it was aborted.
        if (read(step, "done")) observer.onEnd(isAborted() ? "cancelled" : "complete");
        else observer.onChunk(read(step, "value"));
        return step;
      } catch (cause) {
        // The controller says nothing here: clients abort it when they fail, too.
        observer.onEnd(isCancellation(cause) ? "cancelled" : "failed");
        throw cause;
      }
    });
  }
}

/** Keeps the object and its methods: a client's stream is more than something to iterate over. */
export function observeIterable(stream: object, observer: Observer): void {
  const isAborted = () => read(read(read(stream, "controller"), "signal"), "aborted") === true;
  if (isMethod(read(stream, "next"))) {
    observeIterator(stream, observer, isAborted);
    return;
  }
  // `iterator` is where the clients of OpenAI and Anthropic make theirs, for every way of reading.
  for (const name of ["iterator", Symbol.asyncIterator]) {
    const make = read(stream, name);
    if (!isMethod(make)) continue;
    replace(stream, name, () => {
      const iterator = Object(make.call(stream));
      observeIterator(iterator, observer, isAborted);
      return iterator;
    });
    return;
  }
}
