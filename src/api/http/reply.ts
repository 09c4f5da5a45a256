import type { ReadingProgress } from "#contract/reading-progress.ts";
import { log } from "#shared/log.ts";

/** A reply that is more, or other, than the JSON value that an endpoint promises. */
export class SpecialReply {
  readonly content:
    | { json: unknown; entityTag: string; cacheControl?: string }
    | { text: string; contentType: string; headers?: Record<string, string> }
    | { bytes: Uint8Array<ArrayBuffer>; contentType: string; headers?: Record<string, string> }
    | { stream: ReadableStream<Uint8Array>; contentType: string; headers: Record<string, string> }
    | { pending: ReadingProgress; retryAfterSeconds: number };

  constructor(content: SpecialReply["content"]) {
    this.content = content;
  }
}

/** A text that is no JSON. @param headers further ones */
export function document(
  text: string,
  contentType: string,
  headers: Record<string, string> = {},
): SpecialReply {
  return new SpecialReply({ text, contentType, headers });
}

/** @param headers further ones */
export function bytes(
  content: Uint8Array<ArrayBuffer>,
  contentType: string,
  headers: Record<string, string> = {},
): SpecialReply {
  return new SpecialReply({ bytes: content, contentType, headers });
}

/**
 * Texts that are sent as they come. What fails in between cuts the answer off, which whoever receives it sees as an error.
 * @param headers further ones
 */
export function streamed(
  texts: AsyncIterator<string>,
  contentType: string,
  headers: Record<string, string>,
): SpecialReply {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await texts.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (cause) {
        log("error", "an answer was cut off", { cause });
        controller.error(new Error("the answer cannot be read to its end"));
      }
    },
    async cancel() {
      await texts.return?.();
    },
  });
  return new SpecialReply({ stream, contentType, headers });
}

/**
 * A JSON value whose entity tag is known without writing the body.
 * @param cacheControl by default an answer is the caller's own, and revalidated every time
 */
export function tagged(json: unknown, entityTag: string, cacheControl?: string): SpecialReply {
  return new SpecialReply({ json, entityTag, ...(cacheControl !== undefined && { cacheControl }) });
}

/** How far an answer is that is not ready yet. @param retryAfterSeconds when to ask again */
export function pending(progress: ReadingProgress, retryAfterSeconds: number): SpecialReply {
  return new SpecialReply({ pending: progress, retryAfterSeconds });
}
