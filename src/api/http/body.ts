import type * as z from "zod";
import { MAXIMUM_BODY_BYTES } from "#contract/events.ts";
import { toInputIssues, toPointer } from "#shared/input-issue.ts";
import { findForbiddenPath } from "#shared/json.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";

/** The refusal of a body of more bytes than are taken. */
export function tooLarge(maximumBytes: number): Failure {
  return err("body_too_large", `A body has at most ${maximumBytes} bytes.`);
}

/** Reads a stream of unknown length, giving up as soon as it exceeds the limit. */
async function readStream(
  body: ReadableStream<Uint8Array>,
  maximumBytes: number,
): Promise<Result<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maximumBytes) return tooLarge(maximumBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return ok(bytes);
}

/** The largest body takes less even on a slow line. Who sends one byte after the other keeps nothing busy for longer. */
const MAXIMUM_UPLOAD_MILLISECONDS = 60_000;

async function readWhole(
  request: Request,
  body: ReadableStream<Uint8Array>,
  maximumBytes: number,
): Promise<Result<Uint8Array>> {
  try {
    return request.headers.has("content-length")
      ? ok(new Uint8Array(await request.arrayBuffer()))
      : await readStream(body, maximumBytes);
  } catch {
    // The client has gone, or what it sent is not what its headers announced.
    return err("malformed_request", "The body ended before it was complete.");
  }
}

/**
 * Reads a body within a size limit.
 * @param maximumMilliseconds from now until its end
 */
export async function readBytes(
  request: Request,
  maximumBytes: number,
  maximumMilliseconds: number = MAXIMUM_UPLOAD_MILLISECONDS,
): Promise<Result<Uint8Array>> {
  const announced = request.headers.get("content-length");
  if (Number(announced) > maximumBytes) return tooLarge(maximumBytes);
  if (!request.body || announced === "0") return ok(new Uint8Array());
  try {
    return await within(maximumMilliseconds, readWhole(request, request.body, maximumBytes));
  } catch {
    return err("request_timeout", "The body did not arrive in time. Send a smaller one, or try again.");
  }
}

/** Reads bytes as the UTF-8 that JSON is written in. */
export function decodeText(bytes: Uint8Array): Result<string> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return err("malformed_json", "The body is not valid UTF-8.");
  }
}

async function readText(request: Request): Promise<Result<string>> {
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "identity") return err("unsupported_media_type", "A body of JSON comes uncompressed.");
  const bytes = await readBytes(request, MAXIMUM_BODY_BYTES);
  return bytes.ok ? decodeText(bytes.value) : bytes;
}

/** Reads a JSON body within the size limit. An empty body reads as an empty object. */
export async function readJson(request: Request): Promise<Result<unknown>> {
  const text = await readText(request);
  if (!text.ok) return text;
  if (text.value.trim() === "") return ok({});
  try {
    return ok(JSON.parse(text.value));
  } catch {
    return err("malformed_json", "The body could not be parsed as JSON.");
  }
}

/**
 * Parses input through its schema, refusing keys that would reach a prototype, with the path of every fault.
 * @param screenedLevels as for {@link findForbiddenPath}
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  screenedLevels?: number,
): Result<z.output<Schema>> {
  const forbidden = findForbiddenPath(input, screenedLevels);
  if (forbidden) {
    return err("invalid_input", "The input holds something that is not allowed anywhere.", [
      { path: toPointer(forbidden.path), code: forbidden.code, message: "this is not allowed here" },
    ]);
  }
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return ok(parsed.data);
  return err(
    "invalid_input",
    "The input does not fit what is expected here.",
    toInputIssues(parsed.error.issues),
  );
}
