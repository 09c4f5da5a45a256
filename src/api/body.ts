import type { z } from "zod";
import { MAXIMUM_BODY_BYTES } from "../model/event.ts";
import { toInputIssues, toPointer } from "../model/issue.ts";
import { findForbiddenPath } from "../model/json.ts";
import { type Refusal, type Result, refuse, success } from "../model/refusal.ts";

function tooLarge(): Refusal {
  return refuse("body_too_large", `A body has at most ${MAXIMUM_BODY_BYTES} bytes.`);
}

/** Reads a body of unknown length, giving up as soon as it exceeds the limit. */
async function readBytes(body: ReadableStream<Uint8Array>): Promise<Result<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAXIMUM_BODY_BYTES) return tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return success(bytes);
}

async function readText(request: Request): Promise<Result<string>> {
  const announced = request.headers.get("content-length");
  if (Number(announced) > MAXIMUM_BODY_BYTES) return tooLarge();
  if (!request.body || announced === "0") return success("");
  const bytes =
    announced === null ? await readBytes(request.body) : success(new Uint8Array(await request.arrayBuffer()));
  if (!bytes.ok) return bytes;
  try {
    return success(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes.value));
  } catch {
    return refuse("malformed_json", "The body is not valid UTF-8.");
  }
}

/** Reads a JSON body within the size limit. An empty body reads as an empty object. */
export async function readJson(request: Request): Promise<Result<unknown>> {
  const text = await readText(request);
  if (!text.ok) return text;
  if (text.value.trim() === "") return success({});
  try {
    return success(JSON.parse(text.value));
  } catch {
    return refuse("malformed_json", "The body could not be parsed as JSON.");
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
    return refuse("invalid_input", "The input holds something that is not allowed anywhere.", [
      { path: toPointer(forbidden.path), code: forbidden.code, message: "this is not allowed here" },
    ]);
  }
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return success(parsed.data);
  return refuse(
    "invalid_input",
    "The input does not fit what is expected here.",
    toInputIssues(parsed.error.issues),
  );
}
