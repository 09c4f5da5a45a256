import { read } from "../util/read.ts";
import { observeHelper } from "./observe-helper.ts";
import { isIterable, isMethod, observeIterable } from "./observe-iterable.ts";
import { isReadable, observeReadable, tellLeavers } from "./observe-readable.ts";
import { observeResponse } from "./observe-response.ts";
import type { Observer } from "./observer.ts";

/**
 * Where results carry their stream: `stream` of a language model, `textStream` of the AI SDK, `body` of a response, `data`
 * of the clients' `withResponse()`.
 */
const CARRIERS = ["stream", "textStream", "fullStream", "body", "data"];

const isHelper = (value: unknown): value is object =>
  isMethod(read(value, "on")) && typeof read(value, "ended") === "boolean";

/** A stream that the app reads already is the app's. */
const isStream = (value: unknown): value is object =>
  read(value, "locked") !== true && (isReadable(value) || isIterable(value) || isHelper(value));

function observeStream(stream: object, observer: Observer): object {
  if (isReadable(stream)) return observeReadable(stream, observer);
  if (isHelper(stream)) observeHelper(stream, observer);
  else observeIterable(stream, observer);
  return stream;
}

/** A result that holds what was used is an answer, whatever it carries besides. The AI SDK's hold a promise, or make one. */
function hasToldUsage(result: object): boolean {
  const usage: unknown = Object.getOwnPropertyDescriptor(result, "usage")?.value;
  return typeof usage === "object" && usage !== null && !isMethod(read(usage, "then"));
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

/** Every way of reading a result of the AI SDK, promises included, takes its parts from this one stream. */
function observeBaseStream(result: object, observer: Observer): boolean {
  const base = read(result, "baseStream");
  if (!isReadable(base)) return false;
  const observed = observeReadable(base, {
    onChunk: (chunk) => observer.onChunk(read(chunk, "part") ?? chunk),
    // The parts have told everything: the result's promises, made when they are asked for, may reject unheard.
    onEnd: (ending) => observer.onEnd(ending, []),
  });
  tellLeavers(observed, () => observer.onEnd("cancelled", []));
  return Reflect.set(result, "baseStream", observed);
}

/**
 * Observes the stream that a result is or carries.
 * @returns the result to hand on, or undefined when there is no stream in it
 */
export function observe(result: unknown, observer: Observer): unknown {
  if (typeof result !== "object" || result === null) return undefined;
  if (typeof Response !== "undefined" && result instanceof Response) return observeResponse(result, observer);
  if (isStream(result)) return observeStream(result, observer);
  if (observeBaseStream(result, observer)) return result;
  if (hasToldUsage(result)) return undefined;
  return CARRIERS.filter((name) => observeCarrier(result, name, observer)).length > 0 ? result : undefined;
}

/**
 * Collects the answers of a loop that is awaited instead of read: Anthropic's `toolRunner()` asks as often as there are tools
 * to use, and only its last answer is what it comes to.
 * @param returned what a call has returned, before it is awaited
 */
export function collectAnswers(returned: unknown, onChunk: Observer["onChunk"]): readonly unknown[] {
  const answers: unknown[] = [];
  if (!isIterable(returned) || !isMethod(read(returned, "then"))) return answers;
  observeIterable(returned, {
    onChunk(step) {
      if (!isHelper(step)) answers.push(step);
      else observeHelper(step, { onChunk, onEnd: (_, whole = []) => void answers.push(...whole) });
    },
    onEnd() {},
  });
  return answers;
}
