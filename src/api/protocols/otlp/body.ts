import { gunzipSync } from "node:zlib";
import type { Signal } from "#contract/otlp.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Encoding } from "#telemetry/otlp/answer.ts";
import { decodeProtobuf } from "#telemetry/otlp/decode-protobuf.ts";
import { parseTelemetryJson } from "#telemetry/otlp/parse-json.ts";
import { decodeText, readBytes, tooLarge } from "../../http/body.ts";

/** Of a body, packed and unpacked. */
const MAXIMUM_BYTES = 4 * 1_048_576;

const MEDIA_TYPES: ReadonlyMap<string, Encoding> = new Map([
  ["application/json", "json"],
  ["application/x-protobuf", "protobuf"],
]);

/** How a request is encoded, and so its answer. */
export function encodingOf(headers: Headers): Encoding | undefined {
  const [mediaType = ""] = (headers.get("content-type") ?? "").split(";");
  return MEDIA_TYPES.get(mediaType.trim().toLowerCase());
}

/** Unpacks no further than the limit, however much more there is. */
function unpack(bytes: Uint8Array): Result<Uint8Array> {
  try {
    return ok(gunzipSync(bytes, { maxOutputLength: MAXIMUM_BYTES }));
  } catch (cause) {
    // Of the errors that unpacking has, only the one about the limit is a RangeError.
    if (cause instanceof RangeError) return tooLarge(MAXIMUM_BYTES);
    return err("malformed_telemetry", "The body is not what gzip writes.");
  }
}

async function readUnpacked(request: Request): Promise<Result<Uint8Array>> {
  const packing = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (packing !== "identity" && packing !== "gzip") {
    return err("unsupported_media_type", "A body comes packed by gzip, or not at all.");
  }
  const bytes = await readBytes(request, MAXIMUM_BYTES);
  return bytes.ok && packing === "gzip" ? unpack(bytes.value) : bytes;
}

function parseJson(bytes: Uint8Array): Result<unknown> {
  const text = decodeText(bytes);
  if (!text.ok) return text;
  try {
    return ok(parseTelemetryJson(text.value));
  } catch {
    return err("malformed_json", "The body could not be parsed as JSON.");
  }
}

/** Reads the body of an OTLP request, in whatever encoding, as OTLP's JSON mapping, still to be checked. */
export async function readOtlp(request: Request, signal: Signal): Promise<Result<unknown>> {
  const encoding = encodingOf(request.headers);
  if (!encoding) {
    return err("unsupported_media_type", `OTLP comes as ${[...MEDIA_TYPES.keys()].join(" or ")}.`);
  }
  const bytes = await readUnpacked(request);
  if (!bytes.ok) return bytes;
  if (encoding === "json") return parseJson(bytes.value);
  const decoded = decodeProtobuf(bytes.value, signal);
  return decoded.ok ? decoded : err("malformed_telemetry", decoded.error);
}
