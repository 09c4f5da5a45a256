import { read } from "../util/read.ts";
import { isMethod, replace } from "./observe-iterable.ts";
import type { Observer } from "./observer.ts";
import { isCancellation } from "./signs.ts";

export const isReadable = (value: unknown): value is ReadableStream =>
  isMethod(read(value, "getReader")) && isMethod(read(value, "tee"));

/** What is read, behind another stream: read no faster than that is. */
function passOn(reader: ReadableStreamDefaultReader, observer: Observer): ReadableStream {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            observer.onEnd("complete");
            controller.close();
          } else {
            observer.onChunk(value);
            controller.enqueue(value);
          }
        } catch (cause) {
          observer.onEnd(isCancellation(cause) ? "cancelled" : "failed");
          controller.error(cause);
        }
      },
      cancel(reason) {
        observer.onEnd("cancelled");
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Observes a stream of a class of its own, which the app may ask for more than the platform's streams have. */
function observeInPlace(stream: ReadableStream, observer: Observer): void {
  const getReader = stream.getReader.bind(stream);
  let observed: ReadableStream | undefined;
  const call = (name: PropertyKey, parameters: unknown[]) => {
    observed ??= passOn(getReader(), observer);
    return Reflect.apply(Reflect.get(observed, name), observed, parameters);
  };
  const isNative =
    read(stream, Symbol.asyncIterator) === read(ReadableStream.prototype, Symbol.asyncIterator);
  const names = ["getReader", "tee", "pipeTo", "pipeThrough", "cancel", "values"];
  for (const name of isNative ? [...names, Symbol.asyncIterator] : names) {
    if (isMethod(read(stream, name))) {
      replace(stream, name, (...parameters: unknown[]) => call(name, parameters));
    }
  }
}

/**
 * Observes a stream while it is read.
 * @returns what is to be read in its place; the stream itself where it is of a class of its own
 */
export function observeReadable(stream: ReadableStream, observer: Observer): ReadableStream {
  if (Object.getPrototypeOf(stream) !== ReadableStream.prototype) {
    observeInPlace(stream, observer);
    return stream;
  }
  const observed = passOn(stream.getReader(), observer);
  // The AI SDK brings iteration to platforms whose streams have none.
  const iterate = Object.getOwnPropertyDescriptor(stream, Symbol.asyncIterator);
  if (iterate) Object.defineProperty(observed, Symbol.asyncIterator, iterate);
  return observed;
}

/**
 * Tells when everybody who was handed a branch of a stream has left it: the branch that is kept for others hides that
 * from the stream.
 */
export function tellLeavers(stream: ReadableStream, onLeft: () => void, readers = { open: 0 }): void {
  const tee = stream.tee;
  replace(stream, "tee", () => {
    const [handedOut, kept] = tee.call(stream);
    tellLeavers(kept, onLeft, readers);
    readers.open += 1;
    let isOver = false;
    const branch = passOn(handedOut.getReader(), {
      onChunk() {},
      onEnd(ending) {
        if (isOver) return;
        isOver = true;
        readers.open -= 1;
        if (readers.open === 0 && ending === "cancelled") onLeft();
      },
    });
    return [branch, kept];
  });
}
