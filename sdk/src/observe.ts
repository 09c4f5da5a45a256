import { read } from "./read.ts";

/** Is told what passes through a stream. */
export interface Observer {
  onChunk(chunk: unknown): void;
  /** Once for the end, an error, or a reader who has had enough. */
  onEnd(error: 0 | 1, isCancelled: boolean): void;
}

/** Where results carry their stream: `stream` of a language model, `textStream` of the AI SDK, `body` of a response. */
const CARRIERS = ["stream", "textStream", "fullStream", "body"];

type Method = (...parameters: unknown[]) => unknown;

const isMethod = (value: unknown): value is Method => typeof value === "function";

const isReadable = (value: unknown): value is ReadableStream =>
  isMethod(read(value, "getReader")) && isMethod(read(value, "tee"));

const isIterable = (value: unknown): value is object => isMethod(read(value, Symbol.asyncIterator));

const isStream = (value: unknown): value is object => isReadable(value) || isIterable(value);

function observeReadable(stream: ReadableStream, observer: Observer): ReadableStream {
  const reader = stream.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            observer.onEnd(0, false);
            controller.close();
          } else {
            observer.onChunk(value);
            controller.enqueue(value);
          }
        } catch (cause) {
          observer.onEnd(1, false);
          controller.error(cause);
        }
      },
      cancel(reason) {
        observer.onEnd(0, true);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function replace(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Puts the observer between an iterator and its reader. */
function observeIterator(iterator: object, observer: Observer): void {
  for (const name of ["next", "return", "throw"]) {
    const method = read(iterator, name);
    if (!isMethod(method)) continue;
    replace(iterator, name, async (...parameters: unknown[]) => {
      if (name !== "next") observer.onEnd(0, true);
      try {
        const step = await method.apply(iterator, parameters);
        if (read(step, "done")) observer.onEnd(0, false);
        else observer.onChunk(read(step, "value"));
        return step;
      } catch (cause) {
        observer.onEnd(1, false);
        throw cause;
      }
    });
  }
}

/** Keeps the object and its methods: a client's stream is more than something to iterate over. */
function observeIterable(stream: object, observer: Observer): void {
  if (isMethod(read(stream, "next"))) observeIterator(stream, observer);
  else observeMaker(stream, observer);
}

function observeMaker(stream: object, observer: Observer): void {
  // `iterator` is where the clients of OpenAI and Anthropic make theirs, for every way of reading.
  for (const name of ["iterator", Symbol.asyncIterator]) {
    const make = read(stream, name);
    if (!isMethod(make)) continue;
    replace(stream, name, () => {
      const iterator = Object(make.call(stream));
      observeIterator(iterator, observer);
      return iterator;
    });
    return;
  }
}

function observeStream(stream: object, observer: Observer): object {
  if (isReadable(stream)) return observeReadable(stream, observer);
  observeIterable(stream, observer);
  return stream;
}

/** Shadows a property; what a getter makes is made when it is asked for, so that nothing is read that the app does not. */
function observeCarrier(carrier: object, name: string, observer: Observer): boolean {
  let owner: object | null = carrier;
  let descriptor: PropertyDescriptor | undefined;
  while (owner && !descriptor) {
    descriptor = Object.getOwnPropertyDescriptor(owner, name);
    owner = Object.getPrototypeOf(owner);
  }
  const { get } = descriptor ?? {};
  // A getter is not asked: the AI SDK's make a branch of the stream each time.
  const isCarrier = get ? "textStream" in carrier : isStream(descriptor?.value);
  if (!descriptor || !isCarrier) return false;
  const observed = new WeakMap<object, object>();
  Object.defineProperty(carrier, name, {
    configurable: true,
    enumerable: descriptor.enumerable ?? false,
    get() {
      const stream: unknown = get ? get.call(carrier) : descriptor.value;
      if (!isStream(stream)) return stream;
      const result = observed.get(stream) ?? observeStream(stream, observer);
      observed.set(stream, result);
      observed.set(result, result);
      return result;
    },
  });
  return true;
}

/**
 * Observes the stream that a result is or carries.
 * @returns the result to hand on, or undefined when there is no stream in it
 */
export function observe(result: unknown, observer: Observer): unknown {
  if (typeof result !== "object" || result === null) return undefined;
  if (typeof Response !== "undefined" && result instanceof Response) {
    return result.body ? new Response(observeReadable(result.body, observer), result) : undefined;
  }
  if (isStream(result)) return observeStream(result, observer);
  return CARRIERS.filter((name) => observeCarrier(result, name, observer)).length > 0 ? result : undefined;
}
