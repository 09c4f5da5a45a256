import type { z } from "zod";
import { ApiError, toApiError } from "./api-error.ts";
import { apiKey } from "./session.ts";

const API_ROOT = "/api";

async function request(path: string, signal: AbortSignal): Promise<Response> {
  const headers = { accept: "application/json", authorization: `Bearer ${apiKey() ?? ""}` };
  try {
    return await fetch(API_ROOT + path, { headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(0, "unreachable", "The API did not answer.");
  }
}

/**
 * Reads one resource and checks it against the API's own schema.
 * @throws ApiError when it is refused, unreachable, or not what the schema promises
 */
export async function fetchFromApi<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
  const response = await request(path, signal);
  if (!response.ok) throw await toApiError(response);
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue ? `${issue.path.join(".") || "the answer"}: ${issue.message}` : "the answer";
  throw new ApiError(response.status, "unexpected_answer", where);
}
