import { read } from "../util/read.ts";
import { observeReadable } from "./observe-readable.ts";
import type { Observer } from "./observer.ts";

/** What is longer than this is a file, not a word of a model: it is passed over. */
const MAXIMUM_CHARACTERS = 1_000_000;

/** Reads bytes, or what is a text already, as text. */
function createTextReader(): (chunk: unknown) => string {
  const decoder = new TextDecoder();
  return (chunk) => {
    if (typeof chunk === "string") return chunk;
    return chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : "";
  };
}

/**
 * Reads server-sent events out of the bytes of a body, as they come.
 * @param onData is told of each event's data that is JSON
 * @returns what is to be handed the chunks
 */
function createEventReader(onData: (data: unknown) => void): (chunk: unknown) => void {
  const toText = createTextReader();
  let pieces: string[] = [];
  let length = 0;

  function append(piece: string): void {
    length += piece.length;
    if (length <= MAXIMUM_CHARACTERS) pieces.push(piece);
  }

  function readLine(line: string): void {
    if (!line.startsWith("data:")) return;
    try {
      onData(JSON.parse(line.slice(5)));
    } catch {
      // `[DONE]`, say.
    }
  }

  return (chunk) => {
    const [first = "", ...others] = toText(chunk).split(/\r\n|\n|\r/);
    append(first);
    for (const piece of others) {
      if (length <= MAXIMUM_CHARACTERS) readLine(pieces.join(""));
      pieces = [];
      length = 0;
      append(piece);
    }
  };
}

/** Of a body that is one JSON document the whole is the answer, and no part of it a token. */
function observeDocument({ onEnd }: Observer): Observer {
  const toText = createTextReader();
  let text = "";
  return {
    onChunk(chunk) {
      if (text.length < MAXIMUM_CHARACTERS) text += toText(chunk);
    },
    onEnd(ending) {
      let answer: unknown;
      try {
        answer = JSON.parse(text);
      } catch {
        // Cut short, or too long.
      }
      onEnd(ending, answer === undefined ? undefined : [answer]);
    },
  };
}

/**
 * Observes the body of a response: server-sent events and JSON documents are looked into.
 * @returns the response to hand on in its place, or undefined when it has no body
 */
export function observeResponse(response: Response, observer: Observer): Response | undefined {
  if (!response.body) return undefined;
  const type = response.headers.get("content-type") ?? "";
  const inner = type.includes("json")
    ? observeDocument(observer)
    : type.includes("text/event-stream")
      ? { ...observer, onChunk: createEventReader(observer.onChunk) }
      : observer;
  const observed = new Response(observeReadable(response.body, inner), response);
  for (const name of ["url", "redirected", "type"]) {
    Object.defineProperty(observed, name, { value: read(response, name), configurable: true });
  }
  return observed;
}
